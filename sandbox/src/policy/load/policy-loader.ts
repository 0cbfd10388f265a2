// Makes policies: the built-in files are read and checked once, then each combination of the user's and a repository's file.
import { createHash } from "node:crypto";
import { type CheckPolicyResponse, OutpostError } from "@outpost/protocol";
import { loadShellTreeReader } from "../shell/second-opinion.ts";
import { combinePolicies, type LoadedSource, loadSource, type Policy } from "./combine.ts";
import { type PolicySourceText, policyFileName, readBuiltInPolicies } from "./source.ts";

export interface PolicyLoader {
  /** Never rejects for what is in the files: one that cannot be used makes every command ask. */
  load(own: PolicySourceText | null, repositoryText: string | null, operatorHosts?: readonly string[]): Policy;
  /** What is wrong with a file, without using it. */
  check(text: PolicySourceText): CheckPolicyResponse;
}

/** Rejects with `internal` when a built-in file is not right: that is a bug. */
export async function openPolicyLoader(
  options: { builtInDirectory?: string; checksBuiltIn?: boolean } = {},
): Promise<PolicyLoader> {
  const readShellTree = await loadShellTreeReader();
  const read = (text: PolicySourceText): LoadedSource => loadSource(text, sha256, readShellTree);
  // Their examples are run by a test: every process of the server loads them.
  const builtIn = readBuiltInPolicies(options.builtInDirectory).map((text) =>
    loadSource(text, sha256, readShellTree, options.checksBuiltIn ?? false),
  );
  const wrong = builtIn.find(({ problems }) => problems.length > 0);
  if (wrong) throw new OutpostError("internal", `${wrong.text.file}: ${wrong.problems.join("; ")}`);
  return {
    load(own, repositoryText, operatorHosts = []) {
      const sources = [...builtIn];
      if (own) sources.push(read(own));
      if (repositoryText !== null)
        sources.push(read({ level: "repository", file: policyFileName, text: repositoryText }));
      return combinePolicies({ sources, operatorHosts, hashText: sha256, readShellTree });
    },
    check(text) {
      const { problems, commands, files, examples } = read(text);
      return { problems, commands: commands.length, files: files.length, examples };
    },
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

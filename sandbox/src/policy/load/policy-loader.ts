// Makes policies: the built-in files are read and checked once, then each combination of the user's and a repository's file.
import { createHash } from "node:crypto";
import { type CheckPolicyResponse, OutpostError } from "@outpost/protocol";
import { loadShellTreeReader } from "../shell/second-opinion.ts";
import { combinePolicies, type LoadedSource, loadSource, type Policy } from "./combine.ts";
import { type PolicySourceText, policyFileName, readBuiltInPolicies } from "./source.ts";

export interface PolicyLoader {
  /** Never rejects for what is in the files: one that cannot be used makes every command ask, and opens no file that it may have closed. */
  load(
    own: PolicySourceText | null,
    repositoryText: string | null,
    operatorHosts?: readonly string[],
    lastGood?: LastGood,
  ): Policy;
  /** What is wrong with a file, without using it. */
  check(text: PolicySourceText): CheckPolicyResponse;
}

/** The same files as they could be used last. */
export interface LastGood {
  own?: string | undefined;
  repository?: string | undefined;
}

/** As the built-in files write it. */
const filesKey = /^files:/m;

export interface PolicyLoaderOptions {
  builtInDirectory?: string;
  /** Runs the examples of the built-in files. */
  checksBuiltIn?: boolean;
  /** Leaves out the built-in files that say nothing of files, for who asks about nothing else: reading them all takes a while. */
  onlyFiles?: boolean;
  /** Default true. Without, no command can be judged and no user's or repository's file be loaded, and what reads shell lines is not loaded either. */
  readsLines?: boolean;
}

/** Rejects with `internal` when a built-in file is not right: that is a bug. */
export async function openPolicyLoader(options: PolicyLoaderOptions = {}): Promise<PolicyLoader> {
  const readShellTree = options.readsLines === false ? readNoLine : await loadShellTreeReader();
  const read = (text: PolicySourceText, lastGood?: string): LoadedSource =>
    loadSource(text, { hashText: sha256, readShellTree, lastGood });
  // Their examples are run by a test: every process of the server loads them.
  const builtIn = readBuiltInPolicies(options.builtInDirectory)
    .filter(({ text }) => !options.onlyFiles || filesKey.test(text))
    .map((text) => loadSource(text, { hashText: sha256, readShellTree, runsExamples: options.checksBuiltIn ?? false }));
  const wrong = builtIn.find(({ problems }) => problems.length > 0);
  if (wrong) throw new OutpostError("internal", `${wrong.text.file}: ${wrong.problems.join("; ")}`);
  return {
    load(own, repositoryText, operatorHosts = [], lastGood = {}) {
      const sources = [...builtIn];
      if (own) sources.push(read(own, lastGood.own));
      if (repositoryText !== null)
        sources.push(read({ level: "repository", file: policyFileName, text: repositoryText }, lastGood.repository));
      return combinePolicies({ sources, operatorHosts, hashText: sha256, readShellTree });
    },
    check(text) {
      const { problems, commands, files, examples } = read(text);
      return { problems, commands: commands.length, files: files.length, examples };
    },
  };
}

function readNoLine(): never {
  throw new Error("this loader of policies reads no shell lines");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

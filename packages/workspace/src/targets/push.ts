// Pushes one commit to one branch of a remote that the operator configured. Never forced, never to a protected branch unless it is allowed by
// name: the one refspec is put together here, from a full commit id and a name that git can read in one way only.
// Covered: the address comes from the configuration only, hooks and helpers are off, credentials are not in arguments or in the mirror.
// Not covered: ssh, which needs keys and known hosts in the sandbox; use https with a token.
import { readFile } from "node:fs/promises";
import { OutpostError, type Repository } from "@outpost/protocol";
import type { GitRemote } from "../git/git-runner.ts";
import type { Mirror } from "../mirror/mirror.ts";
import { fitsBranch, requireBranchName } from "./branch-names.ts";

export interface PushSettings {
  /** Repository name → https address, or the path of a bare repository on this machine. */
  remotes: Readonly<Record<string, string>>;
  /** `*` in a name stands for anything. */
  protectedBranches: readonly string[];
  /** Names that may be pushed to although they are protected. */
  allowedBranches: readonly string[];
  /** A file with "user:token" for https remotes. */
  credentialFile?: string;
}

const PUSH_TIMEOUT_MS = 300_000;
const fullCommit = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/u;

function isProtectedBranch(settings: Pick<PushSettings, "protectedBranches" | "allowedBranches">, branch: string) {
  if (settings.allowedBranches.includes(branch)) return false;
  return settings.protectedBranches.some((pattern) => fitsBranch(pattern, branch));
}

/** Throws `invalid_input` for what is no name, `forbidden` for a protected branch. */
export function requireUnprotected(
  settings: Pick<PushSettings, "protectedBranches" | "allowedBranches">,
  branch: string,
) {
  requireBranchName(branch);
  if (!isProtectedBranch(settings, branch)) return;
  throw new OutpostError(
    "forbidden",
    `branch "${branch}" is protected; choose another, or let the operator allow it by name in allowedBranches`,
  );
}

/** Resolves to the remote's address without credentials. */
export async function pushCommit(
  settings: PushSettings,
  repository: Repository,
  mirror: Mirror,
  { branch, commit }: { branch: string; commit: string },
): Promise<string> {
  requireUnprotected(settings, branch);
  if (!fullCommit.test(commit))
    throw new OutpostError("invalid_input", `${JSON.stringify(commit.slice(0, 100))} is no commit; nothing was pushed`);
  const address = settings.remotes[repository.name];
  if (address === undefined)
    throw new OutpostError(
      "invalid_input",
      `no remote is configured for repository "${repository.name}"; the operator sets one in pushRemotes`,
    );
  const remote = await describeRemote(settings, address);
  const output = await mirror.run({
    args: [
      "push",
      "--porcelain",
      "--no-verify",
      "--no-follow-tags",
      "--no-recurse-submodules",
      address,
      `${commit}:refs/heads/${branch}`,
    ],
    remote,
    okExitCodes: [0, 1, 128],
    timeoutMs: PUSH_TIMEOUT_MS,
    ...(remote.directory ? { writable: [remote.directory] } : {}),
  });
  if (output.exitCode === 0) return shownAddress(address);
  const words = `${output.text}\n${output.errorText}`;
  const shown = shownAddress(address);
  if (/\[rejected\]|\[remote rejected\]|non-fast-forward|fetch first/u.test(words))
    throw new OutpostError(
      "conflict",
      `"${shown}" did not take branch "${branch}": it has other commits there, or refuses them; choose another branch`,
      { details: { conflicts: [] } },
    );
  throw new OutpostError("unavailable", `the push to "${shown}" failed: ${lastLine(output.errorText)}`, {
    retryable: true,
  });
}

async function describeRemote(settings: PushSettings, address: string): Promise<GitRemote> {
  if (address.startsWith("/")) return { protocol: "file", directory: address };
  const protocol = /^(https?):\/\/[^\s]+$/u.exec(address)?.[1];
  if (protocol !== "https" && protocol !== "http")
    throw new OutpostError(
      "invalid_input",
      `the remote "${shownAddress(address)}" is neither an http(s) address nor an absolute path; mend pushRemotes`,
    );
  if (settings.credentialFile === undefined) return { protocol };
  const credential = (await readFile(settings.credentialFile, "utf8").catch(() => "")).trim();
  if (!/^[^:\s]+:\S+$/u.test(credential))
    throw new OutpostError(
      "unavailable",
      `"${settings.credentialFile}" holds no "user:token"; mend pushCredentialFile`,
    );
  return { protocol, authorization: `Basic ${Buffer.from(credential).toString("base64")}` };
}

function shownAddress(address: string): string {
  return address.replace(/^(https?:\/\/)[^/@]*@/u, "$1");
}

function lastLine(text: string): string {
  const line = text
    .trim()
    .split("\n")
    .findLast((candidate) => candidate.trim() !== "");
  return (line ?? "git gave no reason").slice(0, 500);
}

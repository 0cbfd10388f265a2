// Runs git for the test worktree, with the environment of temp-repository. A failure throws what git said.
import { spawn } from "node:child_process";
import { OutpostError } from "@outpost/protocol";
import { gitEnvironment } from "./temp-repository.ts";

export interface TempGitOptions {
  env?: Record<string, string>;
  stdin?: string;
  /** Exit codes that are an answer. Default: 0 only. */
  answers?: readonly number[];
}

export async function runGit(cwd: string, args: readonly string[], options: TempGitOptions = {}): Promise<string> {
  const child = spawn("git", ["-c", "core.quotePath=false", ...args], {
    cwd,
    env: { ...gitEnvironment, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (exitCode === null || !(options.answers ?? [0]).includes(exitCode)) {
    const said = Buffer.concat(stderr).toString().trim();
    throw new OutpostError("invalid_input", `git ${args[0]} ended with ${exitCode}: ${said}`);
  }
  return Buffer.concat(stdout).toString();
}

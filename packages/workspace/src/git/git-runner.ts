// The one way to run git: explicit directories, hardened configuration, the sandbox's git profile, bounded output.
// Knows no repository layout. Invariant: output that was cut is an error, unless the caller asked for a cut text.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Mount, ProcessResult, ProcessRunner } from "@outpost/core";
import { type ErrorCode, OutpostError } from "@outpost/protocol";
import { globalConfigText, hardenedArguments, hardenedEnvironment } from "./hardening.ts";

export interface GitCommand {
  /** The subcommand and its arguments. */
  args: readonly string[];
  gitDir: string;
  workTree?: string;
  /** The index file; its directory must be among the mounts. */
  index?: string;
  /** Host paths that git sees, at the same place inside; what lies below another one is left out. */
  readable?: readonly string[];
  writable?: readonly string[];
  stdin?: string | Uint8Array;
  /** Exit codes that are answers; default: 0. */
  okExitCodes?: readonly number[];
  /** Default 64 MB. */
  maxOutputBytes?: number;
  /** Output over `maxOutputBytes` is cut instead of being an error: the first bytes are whole, then anything may be missing. */
  mayCut?: boolean;
  /** Default two minutes. */
  timeoutMs?: number;
  /** The command may read another local repository as a remote. */
  fetch?: boolean;
  /** The command may write to this remote. */
  remote?: GitRemote;
  /** Pathspecs mean what they say; default true. */
  literalPathspecs?: boolean;
  signal?: AbortSignal | undefined;
}

export interface GitRemote {
  protocol: "file" | "http" | "https";
  /** Of a `file` remote; it must be among the writable mounts. */
  directory?: string;
  /** The value of an Authorization header. It travels in the environment, never as an argument. */
  authorization?: string;
}

export interface GitOutput {
  exitCode: number;
  bytes: Buffer;
  text: string;
  isCut: boolean;
  errorText: string;
}

export interface GitRunner {
  /** Rejects with `timeout`, `limit_exceeded` (output), `internal` (an exit code that is no answer; the message has git's words), and as `ProcessRunner.run` does. */
  run(command: GitCommand): Promise<GitOutput>;
}

export interface GitRunnerOptions {
  runner: ProcessRunner;
  /** A file that Outpost owns; it is written when it is not there or differs. */
  globalConfigPath: string;
}

const MEGABYTE = 1_000_000;

export function createGitRunner(options: GitRunnerOptions): GitRunner {
  let prepared: Promise<void> | undefined;
  return {
    async run(command) {
      command.signal?.throwIfAborted();
      prepared ??= writeGlobalConfig(options.globalConfigPath);
      await prepared;
      const maxOutputBytes = command.maxOutputBytes ?? 64 * MEGABYTE;
      const protocol = protocolOf(command);
      const result = await options.runner.run(
        {
          argv: ["git", ...commandArguments(command)],
          cwd: command.workTree ?? command.gitDir,
          env: {
            ...hardenedEnvironment(options.globalConfigPath, { protocol }),
            ...authorizationEnvironment(command.remote),
            ...(command.index === undefined ? {} : { GIT_INDEX_FILE: command.index }),
          },
          mounts: mountsOf(command, options.globalConfigPath),
          profile: "git",
          network: protocol === "http" || protocol === "https",
          ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
          limits: {
            wallClockMs: command.timeoutMs ?? 120_000,
            outputBytes: maxOutputBytes,
            memoryBytes: 16_000 * MEGABYTE,
            processes: 256,
            fileBytes: 64_000 * MEGABYTE,
            tmpBytes: 1_000 * MEGABYTE,
          },
        },
        command.signal,
      );
      return interpret(command, result, maxOutputBytes);
    },
  };
}

function protocolOf({ remote, fetch }: GitCommand): GitRemote["protocol"] | null {
  return remote?.protocol ?? (fetch ? "file" : null);
}

function authorizationEnvironment(remote: GitRemote | undefined): Record<string, string> {
  if (remote?.authorization === undefined) return {};
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "http.extraHeader",
    GIT_CONFIG_VALUE_0: `Authorization: ${remote.authorization}`,
  };
}

function commandArguments(command: GitCommand): string[] {
  return [
    ...hardenedArguments({ protocol: protocolOf(command), literalPathspecs: command.literalPathspecs ?? true }),
    `--git-dir=${command.gitDir}`,
    ...(command.workTree === undefined ? [] : [`--work-tree=${command.workTree}`]),
    ...command.args,
  ];
}

function mountsOf(command: GitCommand, globalConfigPath: string): Mount[] {
  const wanted = [
    ...(command.writable ?? []).map((source) => ({ source, target: source, writable: true })),
    ...[...(command.readable ?? []), globalConfigPath].map((source) => ({ source, target: source, writable: false })),
  ];
  const isCovered = (mount: Mount) =>
    wanted.some(
      (other) =>
        other !== mount &&
        (mount.source.startsWith(`${other.source}/`) ||
          (mount.source === other.source && wanted.indexOf(other) < wanted.indexOf(mount))),
    );
  return wanted.filter((mount) => !isCovered(mount));
}

function interpret(command: GitCommand, result: ProcessResult, maxOutputBytes: number): GitOutput {
  const name = `git ${command.args[0]}`;
  const errorText = result.stderr.text.trim();
  if (result.ended === "aborted") {
    command.signal?.throwIfAborted();
    throw gitError("timeout", `${name} was aborted`, result);
  }
  if (result.ended === "wall_clock") {
    throw gitError("timeout", `${name} took longer than ${command.timeoutMs ?? 120_000} ms`, result);
  }
  const isCut = result.stdout.droppedBytes > 0 || result.ended === "output";
  if (isCut && !command.mayCut) {
    throw gitError("limit_exceeded", `${name} wrote more than ${maxOutputBytes} bytes`, result);
  }
  const okExitCodes = command.okExitCodes ?? [0];
  const exitCode = result.exitCode ?? (isCut ? 0 : null);
  if (exitCode === null || !okExitCodes.includes(exitCode)) {
    const ending = exitCode === null ? `ended by signal ${result.signal}` : `failed with exit code ${exitCode}`;
    throw gitError("internal", `${name} ${ending}: ${errorText.slice(-2000) || "it said nothing"}`, result);
  }
  const bytes = Buffer.from(result.stdout.bytes.buffer, result.stdout.bytes.byteOffset, result.stdout.bytes.byteLength);
  return { exitCode, bytes, text: result.stdout.text, isCut, errorText };
}

function gitError(code: ErrorCode, message: string, result: ProcessResult): OutpostError {
  return new OutpostError(code, message, { details: { exitCode: result.exitCode, ended: result.ended } });
}

async function writeGlobalConfig(path: string): Promise<void> {
  const present = await readFile(path, "utf8").catch(() => null);
  if (present === globalConfigText) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, globalConfigText);
  await rename(temporary, path);
}

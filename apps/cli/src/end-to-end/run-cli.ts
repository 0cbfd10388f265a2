// The CLI as people run it: a process of its own, from source or as the one bundled file alone in a folder. Knows no server.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const source = fileURLToPath(new URL("../main.ts", import.meta.url));

export interface CliResult {
  exitCode: number | null;
  out: string;
  err: string;
}

export interface CliCall {
  argv: string[];
  cwd: string;
  env?: Record<string, string>;
  /** Standard input; without it there is none. */
  input?: string;
}

const bundles = process.env["OUTPOST_BUNDLES"];

/** The command line that runs the CLI: the bundle that the test run made, or else the source. */
export const installed: readonly string[] = bundles
  ? [process.execPath, join(bundles, "outpost.js")]
  : [process.execPath, "--import", import.meta.resolve("tsx"), source];

/** Builds the bundle as `npm run build:cli` does and puts it, alone, into `folder`. */
export function bundleInto(folder: string): string {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/build.mjs", "cli"], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`the CLI cannot be bundled: ${stderr}`);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "outpost.js");
  copyFileSync(join(root, "dist/outpost.js"), path);
  return path;
}

/** No setting of the machine's own user takes part. */
export function spawnCli(command: readonly string[], { argv, cwd, env, input }: CliCall): ChildProcess {
  const [program = "", ...rest] = command;
  const surroundings = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", LANG: "C.UTF-8", ...env };
  const stdin = input === undefined ? "ignore" : "pipe";
  const child = spawn(program, [...rest, ...argv], { cwd, env: surroundings, stdio: [stdin, "pipe", "pipe"] });
  child.stdin?.end(input);
  return child;
}

export async function runCli(command: readonly string[], call: CliCall): Promise<CliResult> {
  return collect(spawnCli(command, call));
}

export async function collect(child: ChildProcess): Promise<CliResult> {
  const result: CliResult = { exitCode: null, out: "", err: "" };
  child.stdout?.on("data", (chunk: Buffer) => {
    result.out += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    result.err += chunk.toString();
  });
  [result.exitCode] = (await once(child, "close")) as [number | null];
  return result;
}

// Runs the probe script in the sandbox and collects what it and the host saw. Judges nothing.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ProcessResult, ProcessSpec } from "@outpost/core";
import { defaultProcessLimits } from "./limits.ts";
import { probeScript } from "./probe-script.ts";

export interface ProbeReport {
  /** By the script's own names: "possible", "refused", or a value. */
  answers: ReadonlyMap<string, string>;
  /** What reached a loopback listener of this process. */
  connections: number;
  leftBehind: boolean;
  writtenOutside: readonly string[];
}

export const probeProcesses = 64;
const probeWallClockMs = 10_000;

/** `place`: where directories may be made. Rejects as `run` does, or with an error that says how the probe ended. */
export async function runProbe(
  run: (spec: ProcessSpec) => Promise<ProcessResult>,
  place: string,
): Promise<ProbeReport> {
  const directory = await mkdtemp(join(place, "probe-"));
  const work = join(directory, "work");
  const marker = `9${randomBytes(4).readUInt32LE()}`;
  const listener = await listen();
  try {
    await mkdir(work);
    await writeFile(join(directory, "secret"), "secret");
    const result = await run(
      probeSpec(work, {
        PROBE_SECRET: join(directory, "secret"),
        PROBE_HOME: homedir(),
        PROBE_PORT: String(listener.port),
        PROBE_MARKER: marker,
      }),
    );
    if (result.exitCode !== 0) {
      throw new Error(`the probe ended with ${result.exitCode ?? result.signal}: ${result.stderr.text.trim()}`);
    }
    return {
      answers: parseAnswers(result),
      connections: listener.connections(),
      leftBehind: await isRunning(marker),
      writtenOutside: (await readdir(directory)).filter((name) => !["work", "secret"].includes(name)),
    };
  } finally {
    listener.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function probeSpec(work: string, env: Record<string, string>): ProcessSpec {
  return {
    argv: ["sh", "-c", probeScript],
    cwd: "/work",
    env,
    mounts: [{ source: work, target: "/work", writable: true }],
    profile: "command",
    network: false,
    limits: { ...defaultProcessLimits, wallClockMs: probeWallClockMs, processes: probeProcesses },
  };
}

async function listen(): Promise<{ port: number; connections(): number; close(): void }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, connections: () => connections, close: () => void server.close() };
}

function parseAnswers(result: ProcessResult): Map<string, string> {
  const answers = new Map<string, string>();
  for (const line of result.stdout.text.split("\n")) {
    const match = /^probe\.([a-z_]+)=(.*)$/.exec(line);
    if (match) answers.set(match[1] ?? "", match[2] ?? "");
  }
  return answers;
}

/** Whether any process of the host has the marker among its arguments. */
async function isRunning(marker: string): Promise<boolean> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(names.map((name) => readFile(`/proc/${name}/cmdline`, "latin1").catch(() => "")));
  return lines.some((line) => line.includes(marker));
}

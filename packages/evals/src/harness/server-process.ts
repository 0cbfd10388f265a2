// A real Outpost server from the bundles in dist/, with a data directory of its own, for benchmarks. Knows nothing of what is measured.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, type OutpostClient } from "@outpost/client";
import { OutpostError, type Repository, serverEnvironment, serverNodeFlags, tokenFileName } from "@outpost/protocol";

export interface BenchServer {
  pid: number;
  client: OutpostClient;
  dataDirectory: string;
  /** What the server and its children logged so far. */
  logLines(): string[];
  close(): Promise<void>;
}

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;

/** Makes dist/ from the source as it is, and returns its path. */
export function buildBundles(): string {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/build.mjs")], { encoding: "utf8" });
  if (status !== 0) throw new OutpostError("unavailable", `the build failed: ${stderr.slice(-2000)}`);
  return join(root, "dist");
}

/** As `outpost serve` starts it. */
export async function startBenchServer(dist: string, flags: Record<string, string>): Promise<BenchServer> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "outpost-bench-"));
  // A scripted model has an answer for each step, and none for more.
  const given = { "expand-goals": "false", ...flags, "data-directory": dataDirectory, port: "0" };
  const argv = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(process.execPath, [...serverNodeFlags, join(dist, "server.js"), ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...serverEnvironment, PATH: process.env["PATH"], HOME: dataDirectory },
  });
  const pieces: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => pieces.push(text));
  const close = async (): Promise<void> => {
    await stop(child);
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  try {
    const url = await readUrl(child, pieces);
    const token = readFileSync(join(dataDirectory, tokenFileName), "utf8").trim();
    return {
      pid: child.pid ?? 0,
      client: createClient({ baseUrl: url, token }),
      dataDirectory,
      logLines: () => pieces.join("").split("\n"),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readUrl(child: ChildProcess, said: string[]): Promise<string> {
  const line = await new Promise<string>((resolve, reject) => {
    const fail = (how: string): void =>
      reject(new OutpostError("unavailable", `the server ${how}: ${said.join("").slice(-2000)}`));
    const timer = setTimeout(() => fail(`was not ready after ${startTimeoutMs} ms`), startTimeoutMs);
    child.once("exit", (exitCode) => fail(`ended with ${exitCode}`));
    child.stdout?.setEncoding("utf8").once("data", (text: string) => {
      clearTimeout(timer);
      resolve(text);
    });
  });
  return (JSON.parse(line) as { url: string }).url;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  await ended;
  clearTimeout(kill);
}

/** Registers the repository and waits for its first index. */
export async function registerAndIndex(server: BenchServer, path: string): Promise<Repository> {
  const body = { source: { type: "path" as const, path } };
  const repository = await server.client.call("registerRepository", { body });
  await waitForIndex(server, repository);
  return repository;
}

const pollMs = 10;
/** After a second, since the server answers a bounded number of requests a minute. */
const slowPollMs = 100;

/** Starts an index and resolves with its status when it is done. Rejects when it failed. */
export async function waitForIndex(server: BenchServer, repository: Repository) {
  const params = { repositoryId: repository.id };
  await server.client.call("startIndex", { params, body: { force: false } });
  const startedMs = performance.now();
  for (;;) {
    const status = await server.client.call("getIndexStatus", { params });
    if (status.state === "failed") throw new OutpostError("internal", `the index failed: ${status.error}`);
    if (status.state === "ready") return status;
    const isLong = performance.now() - startedMs > 1_000;
    await new Promise((resolve) => setTimeout(resolve, isLong ? slowPollMs : pollMs));
  }
}

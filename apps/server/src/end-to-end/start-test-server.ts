// A whole server for tests, in this process or as a child that can be killed: a data directory of its own in the system's temporary
// folder, any free port, no logs. Knows nothing of what a test does with it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createClient, type OutpostClient } from "@outpost/client";
import { serverNodeFlags, tokenFileName } from "@outpost/protocol";
import { Configuration } from "../configuration/schema.ts";
import { type EntryPoint, entryPoint } from "../process/entry-points.ts";
import { createLogger } from "../process/logger.ts";
import { startServer } from "../process/start-server.ts";

/** No Ollama of this machine takes part. */
const noOllamaUrl = "http://127.0.0.1:9";
/** Tests ask in tight loops. */
const testRequestsPerMinute = 1_000_000;

const permissive = "version: 1\nunmatched: allow\n";

export interface TestServer {
  url: string;
  token: string;
  dataDirectory: string;
  client: OutpostClient;
  /** A request as it is written, with the token unless `headers` has one. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Clean shutdown; the data directory stays when `keep` is set. */
  close(options?: { keep: boolean }): Promise<void>;
}

export interface ChildServer extends TestServer {
  pid: number;
  /** SIGKILL; the data directory stays. */
  kill(): Promise<void>;
}

export type TestSettings = Partial<Omit<Configuration, "dataDirectory">> & { dataDirectory?: string };

export async function createDataDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), "outpost-data-"));
}

async function settingsOf(given: TestSettings): Promise<TestSettings & { dataDirectory: string }> {
  const dataDirectory = given.dataDirectory ?? (await createDataDirectory());
  // Scripted commands are nobody's to allow, unless a test is about just that.
  if (given.policyFile === undefined)
    await writeFile(join(dataDirectory, "outpost.policy.yaml"), permissive, { mode: 0o600 });
  const usual = {
    port: 0,
    logLevel: "silent" as const,
    ollamaUrl: noOllamaUrl,
    requestsPerMinute: testRequestsPerMinute,
    // A test that is about retries says so.
    retryLimit: 0,
    // A script has an answer for each step, and none for more.
    expandGoals: false,
  };
  return { ...usual, ...given, dataDirectory };
}

export async function startTestServer(given: TestSettings = {}): Promise<TestServer> {
  const configuration = Configuration.parse(await settingsOf(given));
  const server = await startServer(configuration, createLogger(configuration.logLevel));
  return describeServer(server.url, server.token, configuration.dataDirectory, () => server.close());
}

/** The same as a process of its own, started as people start it. */
export async function spawnTestServer(given: TestSettings = {}, entry?: EntryPoint): Promise<ChildServer> {
  const settings = await settingsOf(given);
  return adoptServer(spawnServer(settings, entry), settings.dataDirectory);
}

/** Resolves when the child has said where it listens. */
export async function adoptServer(child: ChildProcess, dataDirectory: string): Promise<ChildServer> {
  const url = await readAddress(child);
  const token = (await readFile(join(dataDirectory, tokenFileName), "utf8")).trim();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  const server = describeServer(url, token, dataDirectory, () => end("SIGTERM"));
  return { ...server, pid: child.pid ?? 0, kill: () => end("SIGKILL") };
}

/** Without waiting for it. */
export function spawnServer(
  settings: TestSettings & { dataDirectory: string },
  { modulePath, execArgv }: EntryPoint = entryPoint("server"),
): ChildProcess {
  const flags = Object.entries(settings).flatMap(([key, value]) => [flagOf(key), String(value)]);
  const argv = [...serverNodeFlags, ...execArgv, modulePath, ...flags];
  return spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] });
}

const failureTimeoutMs = 20_000;

/** What a server that does not start says, and how it ends; one that does start is ended, without an exit code. */
export async function readFailure(child: ChildProcess): Promise<{ exitCode: number | null; text: string }> {
  let text = "";
  const timer = setTimeout(() => child.kill("SIGKILL"), failureTimeoutMs);
  child.stderr?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stdout?.resume();
  const [exitCode] = (await once(child, "close")) as [number | null];
  clearTimeout(timer);
  return { exitCode, text };
}

function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

async function readAddress(child: ChildProcess): Promise<string> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout })) {
      child.stdout.resume();
      return (JSON.parse(line) as { url: string }).url;
    }
  }
  throw new Error(`the server did not start: ${said}`);
}

function describeServer(url: string, token: string, dataDirectory: string, stop: () => Promise<void>): TestServer {
  return {
    url,
    token,
    dataDirectory,
    client: createClient({ baseUrl: url, token, reconnect: { firstDelayMs: 20, maxDelayMs: 200, maxAttempts: 20 } }),
    request(path, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has("authorization")) headers.set("authorization", `Bearer ${token}`);
      return fetch(url + path, { ...init, headers });
    },
    async close({ keep } = { keep: false }) {
      await stop();
      if (!keep) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

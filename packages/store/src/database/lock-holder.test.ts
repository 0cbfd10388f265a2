import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Connection } from "./connection.ts";
import { findLockHolder } from "./lock-holder.ts";
import { openDatabase } from "./open-database.ts";

/** Writes until its input ends. */
const script = `
const database = new (require("better-sqlite3"))(process.argv[1]);
database.exec("BEGIN IMMEDIATE");
process.stdout.write("held");
process.stdin.on("end", () => { database.exec("COMMIT"); process.stdout.write("let go"); }).resume();
`;

let folder = "";
let path = "";
let connection: Connection;
let holder: ChildProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-lock-holder-"));
  path = join(folder, "a.db");
  connection = await openDatabase({ path, synchronous: "normal", migrations: ["CREATE TABLE fruit (name)"] });
  holder = spawn(process.execPath, ["--input-type=commonjs", "-e", script, path], {
    ...{ cwd: import.meta.dirname, stdio: ["pipe", "pipe", "inherit"] },
  });
  await heard("held");
});
afterEach(async () => {
  holder.kill("SIGKILL");
  connection.close();
  await rm(folder, { recursive: true });
});

const waitAtMost = (ms: number) => connection.prepare(`PRAGMA busy_timeout = ${ms}`).get();
const write = () => connection.write(() => 1);

async function heard(word: string): Promise<void> {
  if (holder.stdout) expect(String((await once(holder.stdout, "data"))[0])).toBe(word);
}

/** A signal is sent before it has arrived. */
async function untilIt(isStopped: boolean): Promise<void> {
  while (findLockHolder(path)?.isStopped !== isStopped) await new Promise((resolve) => setTimeout(resolve, 5));
}

it("tells who writes, and that nobody does", async () => {
  expect(findLockHolder(path)).toEqual({ pid: holder.pid, isStopped: false });
  expect(findLockHolder(join(folder, "none.db"))).toBeUndefined();
  holder.stdin?.end();
  await heard("let go");
  expect(findLockHolder(path)).toBeUndefined();
});

it("names a process that is stopped while it writes, waits for it once, and goes on when it does", async () => {
  holder.kill("SIGSTOP");
  await untilIt(true);
  waitAtMost(50);
  const says = new RegExp(
    `process ${holder.pid}, which was stopped while it wrote; .*kill -CONT ${holder.pid}\\).*-KILL`,
  );
  const refusal = expect.objectContaining({
    code: "unavailable",
    retryable: true,
    message: expect.stringMatching(says),
  });
  expect(write).toThrow(refusal);
  // Longer than a test may last.
  waitAtMost(90_000);
  expect(write).toThrow(refusal);
  holder.kill("SIGCONT");
  holder.stdin?.end();
  await heard("let go");
  expect(write()).toBe(1);
});

it("waits for a process that only takes its time", async () => {
  waitAtMost(50);
  expect(write).toThrow(/another process is writing; try again/);
  holder.stdin?.end();
  await heard("let go");
  expect(write()).toBe(1);
});

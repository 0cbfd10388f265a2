import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDataDirectory } from "./lock-file.ts";

let directory = "";
let path = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "outpost-lock-"));
  path = join(directory, "server.lock");
});
afterEach(() => rmSync(directory, { recursive: true }));

const read = () => JSON.parse(readFileSync(path, "utf8"));

describe("the lock of a data directory", () => {
  it("names its holder, and then where that listens, to nobody else", () => {
    const lock = lockDataDirectory(directory);
    expect(read()).toMatchObject({ pid: process.pid, url: null });
    lock.publish("http://127.0.0.1:1");
    expect(read()).toMatchObject({ pid: process.pid, url: "http://127.0.0.1:1" });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["server.lock"]);
    lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it("is refused while its holder lives", () => {
    lockDataDirectory(directory).publish("http://127.0.0.1:1");
    expect(() => lockDataDirectory(directory)).toThrow(
      expect.objectContaining({
        code: "conflict",
        message: expect.stringContaining(`process ${process.pid}`),
        details: { pid: process.pid, url: "http://127.0.0.1:1" },
      }),
    );
    expect(read()).toMatchObject({ url: "http://127.0.0.1:1" });
  });

  it.each([
    ["of a process that is gone", JSON.stringify({ pid: 4_194_303, startTicks: "1", url: null })],
    ["of a process whose number is used again", JSON.stringify({ pid: process.pid, startTicks: "1", url: null })],
    ["that is empty", ""],
    ["that is no lock", '{"pid": "x"}'],
  ])("is taken over: one %s", (_, content) => {
    writeFileSync(path, content);
    lockDataDirectory(directory);
    expect(read()).toMatchObject({ pid: process.pid });
    expect(read().startTicks).not.toBe("1");
    expect(readdirSync(directory)).toEqual(["server.lock"]);
  });

  it("is not removed by one who does not hold it any more", () => {
    const lock = lockDataDirectory(directory);
    writeFileSync(path, JSON.stringify({ pid: 1, startTicks: "1", url: null }));
    lock.release();
    expect(read()).toMatchObject({ pid: 1 });
  });
});

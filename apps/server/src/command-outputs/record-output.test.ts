import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createRedactor } from "../secrets/redactor.ts";
import { recordOutput } from "./record-output.ts";

const directory = mkdtempSync(join(tmpdir(), "outpost-record-"));
afterAll(() => rmSync(directory, { recursive: true }));

const secret = "s3cr3t-of-the-server-0123456789";
const redactor = createRedactor();
redactor.add([secret]);
const bytes = (text: string) => new TextEncoder().encode(text);
let files = 0;

function record(maxBytes = 1_048_576, keepsNew = false) {
  const path = join(directory, String(++files));
  const recorded = recordOutput({ descriptor: openSync(path, "ax"), maxBytes, redactor, keepsNew });
  return { recorded, read: () => readFileSync(path, "utf8") };
}

describe("the output of a command", () => {
  it("is kept as it comes, of both streams", () => {
    const { recorded, read } = record();
    recorded.write("stdout", bytes("one\n"));
    recorded.write("stderr", bytes("two\n"));
    expect(read()).toBe("one\ntwo\n");
    recorded.write("stdout", bytes("thr"));
    recorded.write("stderr", bytes("four\n"));
    recorded.write("stdout", bytes("ee"));
    recorded.finish();
    expect(read()).toBe("one\ntwo\nfour\nthree");
    expect(recorded.printedBytes()).toBe(18);
  });

  it.each([1, 3, 7, 20])("never holds a known secret, in pieces of %d", (size) => {
    const { recorded, read } = record(1_048_576, true);
    const text = `before ${secret} between ${secret}\nafter é`;
    const all = bytes(text);
    let news = "";
    for (let at = 0; at < all.length; at += size) {
      recorded.write("stdout", all.subarray(at, at + size));
      recorded.write("stderr", bytes("."));
      if (at % 2 === 0) news += recorded.takeNew(false).text;
      expect(read()).not.toContain("s3cr3t-of");
    }
    news += recorded.takeNew(true).text;
    recorded.finish();
    for (const shown of [news.replaceAll(".", ""), read().replaceAll(".", "")]) {
      expect(shown).not.toContain("s3cr3t");
      expect(shown.match(/REDACTED:known/g)).toHaveLength(2);
      expect(shown).toMatch(/after é$/);
    }
  });

  it("goes on without a gap where the file still holds all of it", () => {
    const { recorded, read } = record();
    const lines = Array.from({ length: 70_000 }, (_, index) => `line ${index}\n`).join("");
    const all = bytes(lines);
    // the secret lies across the end of the first part
    const at = 524_288 - 10;
    const given = Buffer.concat([all.subarray(0, at), bytes(secret), all.subarray(at)]);
    for (let from = 0; from < given.length; from += 65_536)
      recorded.write("stdout", given.subarray(from, from + 65_536));
    recorded.finish();
    expect(read()).not.toContain("s3cr3t");
    expect(read().replace(/\[REDACTED[^\]]*\]/, "")).toBe(lines);
  });

  it("keeps the first and the last of what is too much, and says what is missing", () => {
    const { recorded, read } = record();
    recorded.write("stderr", bytes("a word\n"));
    for (let index = 0; index < 100; index++)
      recorded.write("stdout", bytes(`${index} ${secret} ${"x".repeat(65_536)}\n`));
    recorded.finish();
    const text = read();
    expect(text.length).toBeLessThan(1_048_576 + 10_000);
    expect(text.startsWith("a word\n0 ")).toBe(true);
    expect(text).toMatch(/\n\[\d{7} bytes left out\]\n/);
    expect(text.endsWith("x\n")).toBe(true);
    expect(text).toContain("\n99 [REDACTED");
    expect(text).not.toContain("s3cr3t");
    expect(text).not.toContain("0123456789");
  });

  it("says what is new once, the newest of it", () => {
    const { recorded } = record(1_048_576, true);
    recorded.write("stdout", bytes("ready\n"));
    expect(recorded.hasNew()).toBe(true);
    expect(recorded.takeNew(false)).toEqual({ text: "ready\n", droppedBytes: 0 });
    expect(recorded.takeNew(false)).toEqual({ text: "", droppedBytes: 0 });
    recorded.write("stdout", bytes(`${"y".repeat(200_000)}the end`));
    const { text, droppedBytes } = recorded.takeNew(false);
    expect(text.endsWith("the end")).toBe(true);
    expect(droppedBytes).toBe(200_007 - 65_536);
    recorded.finish();
  });
});

import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { IndexStatus } from "@outpost/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createActivity, withActivity } from "./activity.ts";
import { createProgressLine, describeProgress } from "./progress.ts";
import { envelope, stepStarted } from "./samples.ts";

function terminal(isTTY: boolean, columns: number) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns });
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => String(stream.read() ?? "") };
}

describe("the line at the bottom", () => {
  it("is written over, fits the terminal, and shows the end of what passes by", () => {
    const { stream, written } = terminal(true, 24);
    const line = createProgressLine(stream);
    line.show("short");
    line.show("a text that is longer than this terminal");
    line.show("asking: ", "what passes by is long");
    line.clear();
    line.clear();
    expect(written().split("\r\u001b[K")).toEqual([
      "",
      "short",
      "a text that is longer …",
      "asking: sses by is long",
      "",
    ]);
  });

  it("is silent in a pipe", () => {
    const { stream, written } = terminal(false, 24);
    createProgressLine(stream).show("anything");
    expect(written()).toBe("");
  });
});

describe("what is waited for", () => {
  afterEach(() => vi.useRealTimers());

  it.each(["answers", "fails"])("is said while it takes long, and no more when it %s", async (how) => {
    vi.useFakeTimers();
    const { stream, written } = terminal(true, 60);
    let end = (_found: string | Promise<string>): void => {};
    const work = new Promise<string>((resolve) => {
      end = resolve;
    });
    const waiting = withActivity(createProgressLine(stream), "searching", () => work);
    vi.advanceTimersByTime(300);
    expect(written()).toBe("");
    vi.advanceTimersByTime(2_000);
    expect(written()).toMatch(/ {4}… searching, 2 s$/);
    end(how === "fails" ? Promise.reject(new Error("gone")) : "found");
    await (how === "fails" ? expect(waiting).rejects.toThrow("gone") : expect(waiting).resolves.toBe("found"));
    expect(written()).toBe("\r\u001b[K");
    vi.advanceTimersByTime(2_000);
    expect(written()).toBe("");
  });
});

it("says what a task does, once it takes a while", async () => {
  const { stream, written } = terminal(true, 80);
  const activity = createActivity(createProgressLine(stream));
  activity.note(envelope(stepStarted(1, [])).event);
  activity.noteDelta({ taskId: "tsk_0", step: 1, kind: "content", text: "The\nanswer" });
  await sleep(700);
  expect(written()).toMatch(/ {4}… asking the model, \d s: The answer/);
  activity.note(envelope({ type: "tool.called", name: "run_tests", arguments: {} }).event);
  activity.hide();
  await sleep(700);
  activity.end();
  expect(written()).toMatch(/ {4}… run tests, \d s/);
  await sleep(300);
  expect(written()).toBe("");
});

const progress = { filesDone: 50, filesTotal: 200, chunksDone: 300, filesPerSecond: 99.6, remainingMs: 1500 };
it.each([
  [null, "indexing parcel …"],
  [{ ...progress, filesTotal: 0 }, "indexing parcel …"],
  [progress, "indexing parcel █████░░░░░░░░░░░░░░░ 50/200 files, 300 chunks, 100 files/s, 2 s left"],
  [
    { ...progress, filesDone: 300, remainingMs: null },
    "indexing parcel ████████████████████ 300/200 files, 300 chunks, 100 files/s",
  ],
])("shows how far an index is: %j", (given, expected) => {
  expect(describeProgress("parcel", { progress: given } as IndexStatus)).toBe(expected);
});

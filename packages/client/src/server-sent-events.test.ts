import { describe, expect, it } from "vitest";
import { createEventStreamParser } from "./server-sent-events.ts";

const stream =
  '\ufeff: hello\n\nid: 1\nevent: event\ndata: {"a":1}\n\ndata:one\r\ndata: two\r\ndata\r\n\r\nid: 3\revent: delta\rdata:  x\r\rid: 4\n\nevent: event\ndata: cut';
const expected = [
  { name: "event", id: "1", data: '{"a":1}' },
  { name: "message", id: null, data: "one\ntwo\n" },
  { name: "delta", id: "3", data: " x" },
];

describe("createEventStreamParser", () => {
  it("reads frames, whatever the line ends; comments, frames without data and a cut end give nothing", () => {
    expect(createEventStreamParser().push(stream)).toEqual(expected);
  });

  it.each([1, 2, 3, 7])("does not mind where the text is cut (%d)", (size) => {
    const parser = createEventStreamParser();
    const frames = [];
    for (let at = 0; at < stream.length; at += size) frames.push(...parser.push(stream.slice(at, at + size)));
    expect(frames).toEqual(expected);
  });

  it("bounds a frame", () => {
    const inOneLine = createEventStreamParser(1000);
    expect(() => inOneLine.push("x".repeat(1001))).toThrow(expect.objectContaining({ code: "limit_exceeded" }));
    const inManyLines = createEventStreamParser(1000);
    expect(() => inManyLines.push(`data: ${"x".repeat(50)}\n`.repeat(30))).toThrow("over 1000 characters");
    expect(createEventStreamParser(1000).push("data: x\n\n".repeat(500))).toHaveLength(500);
  });

  it("reads many small pieces in linear time", () => {
    const parser = createEventStreamParser();
    const startedAt = performance.now();
    let frames = 0;
    for (let i = 0; i < 20_000; i++) frames += parser.push(`data: ${i}\n\n`).length;
    expect(frames).toBe(20_000);
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});

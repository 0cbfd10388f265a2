import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEvents, type ServerSentEvent } from "./event-stream.ts";

async function read(...parts: (string | Uint8Array)[]): Promise<ServerSentEvent[]> {
  const bytes = parts.map((part) => (typeof part === "string" ? new TextEncoder().encode(part) : part));
  async function* body() {
    yield* bytes;
  }
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(body())) events.push(event);
  return events;
}

const data = (...texts: string[]) => texts.map((text) => ({ event: "", data: text }));

describe("server-sent events", () => {
  it.each<[title: string, text: string, events: ServerSentEvent[]]>([
    ["ordinary", 'data: {"a":1}\n\ndata: [DONE]\n\n', data('{"a":1}', "[DONE]")],
    ["no space", 'data:{"a":1}\n\n', data('{"a":1}')],
    ["carriage returns", 'data: {"a":1}\r\n\r\ndata: 2\r\n\r\n', data('{"a":1}', "2")],
    ["old line ends", "data: 1\r\rdata: 2\r\r", data("1", "2")],
    ["comments", ": ping\n\ndata: 1\n: ping\n\n", data("1")],
    ["several lines", "data: 1\ndata: 2\n\n", data("1\n2")],
    ["a name", "event: error\ndata: 1\n\ndata: 2\n\n", [{ event: "error", data: "1" }, ...data("2")]],
    ["other fields", "id: 7\nretry: 5\ndata: 1\n\n", data("1")],
    ["no empty line between", 'data: {"a":1}\ndata: {"a":2}\ndata: [DONE]\n', data('{"a":1}', '{"a":2}', "[DONE]")],
    ["whole at the end without a line's end", 'data: {"a":1}', data('{"a":1}')],
    ["half at the end", 'data: 1\n\ndata: {"a"', data("1")],
    ["a mark of byte order", "\uFEFFdata: 1\n\n", data("1")],
    ["nothing", "", []],
  ])("%s", async (_, text, events) => {
    expect(await read(text)).toEqual(events);
  });

  it("do not depend on where the bytes are cut", async () => {
    const bytes = new TextEncoder().encode(
      ': ping\r\n\r\ndata: {"a":"é 🦊"}\r\n\r\ndata: {"b":2}\n\ndata: [DONE]\r\n\r\n',
    );
    const whole = await read(bytes);
    expect(whole).toEqual(data('{"a":"é 🦊"}', '{"b":2}', "[DONE]"));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 10 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        expect(await read(...at.slice(1).map((end, index) => bytes.slice(at[index], end)))).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  it("are bounded", async () => {
    await expect(read("data: ", "x".repeat(8_000_001))).rejects.toThrow("over 8000000 characters");
  });
});

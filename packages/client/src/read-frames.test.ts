import { describe, expect, it } from "vitest";
import { readFrames } from "./read-frames.ts";

const headers = { "content-type": "text/event-stream; charset=utf-8" };

async function collect(body: ReadableStream<Uint8Array>, silenceMs: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const frame of readFrames(new Response(body, { headers }), silenceMs)) seen.push(frame.data);
  return seen;
}

describe("readFrames", () => {
  it("reads characters that are cut between pieces", async () => {
    const bytes = new TextEncoder().encode("data: naïve 😀\n\n");
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await collect(body, 1000)).toEqual(["naïve 😀"]);
  });

  it("gives a silent connection up, and lets go of it", async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      cancel() {
        cancelled = true;
      },
    });
    await expect(collect(body, 30)).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
      message: "the stream was silent for 30 ms",
    });
    expect(cancelled).toBe(true);
  });
});

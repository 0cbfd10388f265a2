import { describe, expect, it } from "vitest";
import { createCapture } from "./capture.ts";

function capture(maxBytes: number, chunks: Uint8Array[]) {
  const kept = createCapture(maxBytes);
  for (const chunk of chunks) kept.write(chunk);
  return kept.finish();
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a capture", () => {
  it("keeps head and tail whatever the chunks and the limit are", () => {
    const all = Uint8Array.from({ length: 300 }, (_, index) => (index * 7) % 251);
    let looked = 0;
    for (const size of [1, 2, 3, 7, 50, 149, 150, 299, 300]) {
      for (const limit of [1, 2, 3, 10, 99, 100, 299, 300, 301]) {
        const chunks = Array.from({ length: Math.ceil(300 / size) }, (_, at) =>
          all.subarray(at * size, (at + 1) * size),
        );
        const output = capture(limit, chunks);
        const kept = Math.min(limit, 300);
        const head = Math.min(Math.ceil(limit / 2), kept);
        const expected = [...all.subarray(0, head), ...all.subarray(300 - (kept - head))];
        expect([...output.bytes], `${size} ${limit}`).toEqual(expected);
        expect(output.droppedBytes).toBe(300 - kept);
        looked += 1;
      }
    }
    expect(looked).toBe(81);
  });

  it("does not keep the buffers that it was given", () => {
    const chunk = bytes("abcd");
    const kept = createCapture(100);
    kept.write(chunk);
    chunk.fill(0);
    expect(kept.finish().text).toBe("abcd");
  });

  it("leaves no half characters at the gap", () => {
    const { text, droppedBytes } = capture(10, [bytes("aäöüß€€€€€€ßz")]);
    expect(droppedBytes).toBeGreaterThan(0);
    expect(text).not.toContain("\ufffd");
    expect(text).toMatch(/^aäö\n\[\d+ bytes left out\]\n.*ßz$/);
  });

  it("is empty for an empty stream", () => {
    expect(capture(10, [])).toMatchObject({ text: "", droppedBytes: 0 });
  });
});

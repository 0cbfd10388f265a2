// Reads every vector as an adapter would, compares the calls with what was meant, and takes the time. Knows nothing of how replies are read.
import { isDeepStrictEqual } from "node:util";
import { readReply, unparsedText } from "@outpost/models";
import type { Vector, VectorFile } from "./vectors.ts";

export interface VectorResult {
  id: string;
  category: string;
  passed: boolean;
  expected: Vector["expect"];
  got: { calls: unknown[]; content: string };
  medianMs: number;
}

const timedReadings = 15;

export function runVectors({ tools, vectors }: VectorFile): VectorResult[] {
  return vectors.map((vector) => {
    const times: number[] = [];
    let got = readVector(vector, tools);
    for (let reading = 0; reading < timedReadings; reading++) {
      const started = performance.now();
      got = readVector(vector, tools);
      times.push(performance.now() - started);
    }
    const { expect: expected, id, category } = vector;
    const isContentRight = expected.content === undefined || expected.content === got.content;
    const passed = isDeepStrictEqual(got.calls, expected.calls) && isContentRight;
    return { id, category, passed, expected, got, medianMs: medianOf(times) };
  });
}

function readVector(vector: Vector, tools: VectorFile["tools"]): VectorResult["got"] {
  const isCut = vector.finishReason === "length";
  switch (vector.channel) {
    case "content":
      return readReply({ content: vector.raw, isCut }, tools);
    case "arguments":
      return readReply({ content: "", calls: [{ name: vector.name, arguments: vector.raw }], isCut }, tools);
    case "http_error":
      return readReply({ content: unparsedText(vector.raw) ?? "" }, tools);
  }
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

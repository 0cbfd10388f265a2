import { describe, expect, it } from "vitest";
import { packTerms, packVectors, unpackTerms, unpackVectors } from "./packed-chunks.ts";

const terms = [
  { hashes: Uint32Array.of(4_294_967_295, 0, 7), frequencies: Uint8Array.of(255, 1, 2) },
  { hashes: Uint32Array.of(), frequencies: Uint8Array.of() },
  { hashes: Uint32Array.of(9), frequencies: Uint8Array.of(3) },
];

describe("packed terms", () => {
  it.each([0, 1, 2, 3])("come back from a buffer that starts %d bytes off", (offset) => {
    const packed = packTerms(terms);
    const shifted = new Uint8Array(packed.length + offset).subarray(offset);
    shifted.set(packed);
    expect(unpackTerms(shifted)).toEqual(terms);
  });

  it("of no chunks are none", () => {
    expect(unpackTerms(packTerms([]))).toEqual([]);
  });
});

describe("packed vectors", () => {
  it("come back one behind the other", () => {
    const packed = packVectors([Int8Array.of(-128, 127), Int8Array.of(0, -1)], 2);
    expect([...unpackVectors(packed)]).toEqual([-128, 127, 0, -1]);
  });
});

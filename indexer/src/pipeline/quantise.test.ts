import { expect, it } from "vitest";
import { quantise } from "./quantise.ts";

it("rounds each component times 127, keeps it in range, and takes what is no number for 0", () => {
  const vector = new Float32Array([1, -1, 0, 0.5, 0.00393, 0.00394, 1.5, -1.5, Number.NaN]);
  expect([...quantise(vector)]).toEqual([127, -127, 0, 64, 0, 1, 127, -127, 0]);
});

import { expect, it } from "vitest";
import { quantise } from "./quantise.ts";

it("scales the largest component to 127, keeps directions, and takes what is no number for 0", () => {
  expect([...quantise(new Float32Array([0.03, -0.06, 0, 0.015, Number.NaN, 0.00001]))]).toEqual([
    64, -127, 0, 32, 0, 0,
  ]);
  expect([...quantise(new Float32Array([1, Number.POSITIVE_INFINITY, -1]))]).toEqual([127, 0, -127]);
  expect([...quantise(new Float32Array(3))]).toEqual([0, 0, 0]);
  const vector = Float32Array.from({ length: 256 }, (_, at) => Math.sin(at * at) / 12);
  const whole = quantise(vector);
  let [dot, squares, length] = [0, 0, 0];
  for (const [at, value] of vector.entries()) {
    dot += value * (whole[at] ?? 0);
    squares += (whole[at] ?? 0) ** 2;
    length += value * value;
  }
  expect(dot / Math.sqrt(squares * length)).toBeGreaterThan(0.9999);
});

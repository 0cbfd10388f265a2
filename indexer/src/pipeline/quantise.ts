/** A unit vector as int8: each component × 127, rounded. What is not finite becomes 0. */
export function quantise(vector: Float32Array): Int8Array {
  const quantised = new Int8Array(vector.length);
  for (let index = 0; index < vector.length; index++) {
    quantised[index] = Math.max(-127, Math.min(127, Math.round((vector[index] ?? 0) * 127)));
  }
  return quantised;
}

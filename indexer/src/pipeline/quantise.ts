/**
 * A vector as int8, scaled so that its largest component is 127: only its direction counts, and of a unit vector of many dimensions × 127
 * most of the range would be empty. What is not finite becomes 0.
 */
export function quantise(vector: Float32Array): Int8Array {
  let largest = 0;
  for (const value of vector) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  const quantised = new Int8Array(vector.length);
  if (largest === 0) return quantised;
  const scale = 127 / largest;
  for (let index = 0; index < vector.length; index++) {
    const value = vector[index] ?? 0;
    quantised[index] = Number.isFinite(value) ? Math.round(value * scale) : 0;
  }
  return quantised;
}

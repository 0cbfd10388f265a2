/**
 * A vector as int8, scaled so that its largest component is 127: only its direction counts, and of a unit vector of many dimensions × 127
 * most of the range would be empty. What is not finite becomes 0. Fills `quantised`, which is all zero before.
 */
export function quantise(vector: Float32Array, quantised = new Int8Array(vector.length)): Int8Array {
  const largest = largestOf(vector);
  // Nearly no vector holds what is infinite; a component that is no number becomes 0 when it is stored.
  if (largest === Number.POSITIVE_INFINITY)
    return quantise(
      vector.map((value) => (Number.isFinite(value) ? value : 0)),
      quantised,
    );
  if (largest === 0) return quantised;
  const scale = 127 / largest;
  for (let index = 0; index < vector.length; index++) quantised[index] = Math.round((vector[index] as number) * scale);
  return quantised;
}

/** The largest size of a component; what is no number counts as 0. */
function largestOf(vector: Float32Array): number {
  let largest = 0;
  for (let index = 0; index < vector.length; index++) {
    const value = vector[index] as number;
    if (value > largest) largest = value;
    else if (-value > largest) largest = -value;
  }
  return largest;
}

// Unit vectors that lie as those of code do: in clusters, and in fewer directions than they have numbers (64, spread over all by a fixed
// matrix, and a little noise). Made from a seed, so that every run measures the same. They are no embeddings.

export interface Vectors {
  dimensions: number;
  count: number;
  /** count × dimensions. */
  values: Float32Array;
}

const latent = 64;
const noise = 0.02;

export function createVectors(count: number, dimensions: number, seed: number): Vectors {
  // The matrix belongs to the space, not to the seed.
  const matrix = createPoints(latent, dimensions, createRandom(0));
  const random = createRandom(seed);
  const centreCount = Math.max(8, Math.floor(Math.sqrt(count)));
  const centres = createPoints(centreCount, latent, random);
  const values = new Float32Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const centre = Math.floor(random() * centreCount) * latent;
    const spread = 0.4 + random();
    const target = values.subarray(row * dimensions, (row + 1) * dimensions);
    for (let at = 0; at < latent; at++) {
      const share = (centres[centre + at] ?? 0) + spread * gaussian(random);
      for (let index = 0; index < dimensions; index++) {
        target[index] = (target[index] as number) + share * (matrix[at * dimensions + index] as number);
      }
    }
    normalize(target, () => noise * Math.sqrt(latent) * gaussian(random));
  }
  return { dimensions, count, values };
}

/** In place, to unit length, with something added to each number before. */
export function normalize(vector: Float32Array, added: () => number = () => 0): void {
  let squares = 0;
  for (let at = 0; at < vector.length; at++) {
    const value = (vector[at] as number) + added();
    vector[at] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] as number) / length;
}

function createPoints(count: number, dimensions: number, random: () => number): Float32Array {
  return Float32Array.from({ length: count * dimensions }, () => gaussian(random));
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

// How much chaos: a cut for CI, and by `npm run test:chaos -- --tasks N --kills N --workers N` as much as wished.
const numberOf = (name: string, otherwise: number): number => {
  const text = process.env[`OUTPOST_CHAOS_${name}`];
  if (text === undefined) return otherwise;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new Error(`OUTPOST_CHAOS_${name} is "${text}"; give a number`);
};

export const chaos = {
  tasks: numberOf("TASKS", 6),
  workers: numberOf("WORKERS", 3),
  /** Of workers and of the server together; nothing is killed any more behind the last. */
  kills: numberOf("KILLS", 4),
  leaseMs: numberOf("LEASE_MS", 2000),
  seed: numberOf("SEED", 1),
  timeoutMs: 60_000 * numberOf("MINUTES", 8),
};

export type Blow = "worker" | "server" | "stop";

/** Of ten kills one is the server's, and besides every eighth blow stops a worker for longer than its lease. */
export function blowAt(number: number): Blow {
  if (number % 8 === 3) return "stop";
  return number % 10 === 1 ? "server" : "worker";
}

/** The same numbers for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

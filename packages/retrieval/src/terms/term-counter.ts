// Counts weighted terms of one chunk: an open-addressing table that is used again for the next, since a Map or a table per chunk costs more
// than the tokenizing.
import type { ChunkTerms } from "../ports/catalog.ts";

/** Terms of results that lie in one array: those of some hundred chunks. */
const sharedTerms = 16_384;

export class TermCounter {
  private keys = new Uint32Array(1024);
  private counts = new Uint32Array(1024);
  /** Slots in use. */
  private used = new Uint32Array(512);
  private usedCount = 0;
  /** What is left of the arrays that results are views of: arrays of its own for each chunk cost more than filling them. */
  private freeHashes = new Uint32Array(0);
  private freeFrequencies = new Uint8Array(0);

  add(hash: number, weight: number): void {
    const { keys, counts } = this;
    const mask = keys.length - 1;
    let slot = hash & mask;
    let count = counts[slot] as number;
    while (count !== 0 && keys[slot] !== hash) {
      slot = (slot + 1) & mask;
      count = counts[slot] as number;
    }
    counts[slot] = count + weight;
    if (count !== 0) return;
    keys[slot] = hash;
    this.used[this.usedCount++] = slot;
    if (this.usedCount === this.used.length) this.grow();
  }

  /** The terms counted so far, ascending by hash, frequencies capped at 255; empties the counter. */
  drain(): ChunkTerms {
    const { keys, counts, used, usedCount } = this;
    if (usedCount > this.freeHashes.length) {
      this.freeHashes = new Uint32Array(Math.max(usedCount, sharedTerms));
      this.freeFrequencies = new Uint8Array(this.freeHashes.length);
    }
    const hashes = this.freeHashes.subarray(0, usedCount);
    const frequencies = this.freeFrequencies.subarray(0, usedCount);
    this.freeHashes = this.freeHashes.subarray(usedCount);
    this.freeFrequencies = this.freeFrequencies.subarray(usedCount);
    for (let index = 0; index < usedCount; index += 1) hashes[index] = keys[used[index] as number] as number;
    hashes.sort();
    for (let index = 0; index < usedCount; index += 1) {
      frequencies[index] = Math.min(counts[this.slotOf(hashes[index] as number)] as number, 255);
    }
    for (let index = 0; index < usedCount; index += 1) counts[used[index] as number] = 0;
    this.usedCount = 0;
    return { hashes, frequencies };
  }

  /** Where the term is, or would be. */
  private slotOf(hash: number): number {
    const { keys, counts } = this;
    const mask = keys.length - 1;
    let slot = hash & mask;
    while (counts[slot] !== 0 && keys[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { keys, counts, used, usedCount } = this;
    this.keys = new Uint32Array(keys.length * 2);
    this.counts = new Uint32Array(keys.length * 2);
    this.used = new Uint32Array(used.length * 2);
    this.usedCount = 0;
    for (let index = 0; index < usedCount; index += 1) {
      const slot = used[index] as number;
      this.add(keys[slot] as number, counts[slot] as number);
    }
  }
}

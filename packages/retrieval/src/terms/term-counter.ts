// Counts weighted terms of one chunk: an open-addressing table that is used again for the next, since a Map or a table per chunk costs more
// than the tokenizing.
import type { ChunkTerms } from "../ports/catalog.ts";

export class TermCounter {
  private keys = new Uint32Array(1024);
  private counts = new Uint32Array(1024);
  /** Slots in use. */
  private used = new Uint32Array(512);
  private usedCount = 0;

  add(hash: number, weight: number): void {
    const slot = this.slotOf(hash);
    if (this.counts[slot] === 0) {
      this.keys[slot] = hash;
      this.used[this.usedCount++] = slot;
    }
    this.counts[slot] = (this.counts[slot] as number) + weight;
    if (this.usedCount === this.used.length) this.grow();
  }

  /** The terms counted so far, ascending by hash, frequencies capped at 255; empties the counter. */
  drain(): ChunkTerms {
    const { keys, counts, used, usedCount } = this;
    const hashes = new Uint32Array(usedCount);
    for (let index = 0; index < usedCount; index += 1) hashes[index] = keys[used[index] as number] as number;
    hashes.sort();
    const frequencies = new Uint8Array(usedCount);
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

// Counts weighted terms of one chunk: an open-addressing table that is reused, since a Map per chunk costs more than the tokenizing.
import type { ChunkTerms } from "../ports/catalog.ts";

export class TermCounter {
  private keys = new Uint32Array(1024);
  private counts = new Uint32Array(1024);
  private used: number[] = [];

  add(hash: number, weight: number): void {
    const mask = this.keys.length - 1;
    let slot = hash & mask;
    while (this.counts[slot] !== 0) {
      if (this.keys[slot] === hash) {
        this.counts[slot] = (this.counts[slot] ?? 0) + weight;
        return;
      }
      slot = (slot + 1) & mask;
    }
    this.keys[slot] = hash;
    this.counts[slot] = weight;
    this.used.push(slot);
    if (this.used.length * 2 > this.keys.length) this.grow();
  }

  /** The terms counted so far, ascending by hash, frequencies capped at 255; empties the counter. */
  drain(): ChunkTerms {
    const slots = this.used.sort((a, b) => (this.keys[a] ?? 0) - (this.keys[b] ?? 0));
    const hashes = new Uint32Array(slots.length);
    const frequencies = new Uint8Array(slots.length);
    for (const [index, slot] of slots.entries()) {
      hashes[index] = this.keys[slot] ?? 0;
      frequencies[index] = Math.min(this.counts[slot] ?? 0, 255);
      this.counts[slot] = 0;
    }
    this.used = [];
    return { hashes, frequencies };
  }

  private grow(): void {
    const { keys, counts, used } = this;
    this.keys = new Uint32Array(keys.length * 2);
    this.counts = new Uint32Array(keys.length * 2);
    this.used = [];
    for (const slot of used) this.add(keys[slot] ?? 0, counts[slot] ?? 0);
  }
}

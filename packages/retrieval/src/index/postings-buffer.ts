// Collects the postings of one batch in growing typed arrays, since a batch can hold a million.
import type { Postings } from "./segment.ts";

export class PostingsBuffer {
  private terms = new Uint32Array(4096);
  private slots = new Uint32Array(4096);
  private frequencies = new Uint8Array(4096);
  private length = 0;

  add(term: number, frequency: number, slot: number): void {
    this.reserve(this.length + 1);
    this.terms[this.length] = term;
    this.frequencies[this.length] = frequency;
    this.slots[this.length] = slot;
    this.length += 1;
  }

  /** Parallel arrays of one slot's terms and frequencies. */
  addAll(terms: Uint32Array, frequencies: Uint8Array, slot: number): void {
    this.reserve(this.length + terms.length);
    this.terms.set(terms, this.length);
    this.frequencies.set(frequencies, this.length);
    this.slots.fill(slot, this.length, this.length + terms.length);
    this.length += terms.length;
  }

  /** What was collected, as views of the buffer's arrays. */
  drain(): Postings {
    const { length } = this;
    return {
      terms: this.terms.subarray(0, length),
      slots: this.slots.subarray(0, length),
      frequencies: this.frequencies.subarray(0, length),
    };
  }

  private reserve(length: number): void {
    if (length <= this.terms.length) return;
    const capacity = Math.max(length, this.terms.length * 2);
    const { terms, slots, frequencies } = this;
    this.terms = new Uint32Array(capacity);
    this.slots = new Uint32Array(capacity);
    this.frequencies = new Uint8Array(capacity);
    this.terms.set(terms);
    this.slots.set(slots);
    this.frequencies.set(frequencies);
  }
}

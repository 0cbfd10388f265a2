// Sums of scores by slot, in memory that is used again: fresh arrays for each search would cost more than the scoring. Which slots were
// scored is known by blocks of them, so that neither looking through the sums nor clearing them costs more than what was written.
import { TopSlots } from "../ranking/top-slots.ts";

/** Slots of a block, as a shift. */
export const blockShift = 6;
const blockSlots = 1 << blockShift;

export class SlotScores {
  /** By slot; 0 for one that was not scored. */
  readonly values: Float32Array;
  /** By block: whether one of its slots was scored. Whoever writes a value sets it. */
  readonly touched: Uint8Array;
  private readonly found: Uint32Array;

  constructor(slots: number) {
    this.touched = new Uint8Array(Math.ceil(slots / blockSlots));
    this.values = new Float32Array(this.touched.length * blockSlots);
    this.found = new Uint32Array(this.values.length);
  }

  /** Slots with a value above 0, ascending. Memory of this object: another call or `clear` ends its use. */
  scored(): Uint32Array {
    const { values, touched, found } = this;
    let count = 0;
    for (let block = 0; block < touched.length; block += 1) {
      if (touched[block] === 0) continue;
      const end = (block + 1) << blockShift;
      for (let slot = block << blockShift; slot < end; slot += 1) {
        found[count] = slot;
        count += (values[slot] as number) > 0 ? 1 : 0;
      }
    }
    return found.subarray(0, count);
  }

  /** The slots with the highest values above 0, best first; equal values keep the lower slot first. At most `limit`. */
  best(limit: number): number[] {
    const { values, touched } = this;
    const top = new TopSlots(limit);
    let least = Number.NEGATIVE_INFINITY;
    for (let block = 0; block < touched.length; block += 1) {
      if (touched[block] === 0) continue;
      const end = (block + 1) << blockShift;
      for (let slot = block << blockShift; slot < end; slot += 1) {
        const value = values[slot] as number;
        if (value > 0 && value >= least) least = top.offer(slot, value);
      }
    }
    return top.drain();
  }

  clear(): void {
    const { values, touched } = this;
    for (let block = 0; block < touched.length; block += 1) {
      if (touched[block] === 1) values.fill(0, block << blockShift, (block + 1) << blockShift);
    }
    touched.fill(0);
  }
}

// The slots that one query ranks, numbered in the order they were found. Which number a slot has is read from an array by slot: ranking
// asks that thousands of times a query.

export class Candidates {
  readonly slots: number[] = [];
  /** By slot: its number + 1; 0 for one that is no candidate. */
  private readonly numbers: Uint32Array;

  /** `numbers`: memory by slot, all 0; `clear` makes it so again. */
  constructor(numbers: Uint32Array) {
    this.numbers = numbers;
  }

  /** One that is there already stays where it is. Returns its number. */
  add(slot: number): number {
    const known = this.numberOf(slot);
    if (known >= 0) return known;
    const number = this.slots.push(slot);
    this.numbers[slot] = number;
    return number - 1;
  }

  addAll(slots: readonly number[]): void {
    for (const slot of slots) this.add(slot);
  }

  /** -1 for one that is no candidate, and for what is no slot. */
  numberOf(slot: number): number {
    return slot < 0 || slot >= this.numbers.length ? -1 : (this.numbers[slot] as number) - 1;
  }

  clear(): void {
    for (const slot of this.slots) this.numbers[slot] = 0;
    this.slots.length = 0;
  }
}

// The symbols of chunks by slot, each distinct one kept once: many chunks of a repository have the same, and what the ranking asks of a
// name is then computed once.
import { type NameTerms, nameTerms } from "../terms/name-terms.ts";

export class SymbolColumn {
  /** By slot: the number of its symbol, from 1 on; 0 for none. */
  private numbers = new Uint32Array(1024);
  /** By number; the first stands for none. */
  private names: (string | null)[] = [null];
  private terms: (NameTerms | undefined)[] = [undefined];
  private byName = new Map<string, number>();

  set(slot: number, symbol: string | null): void {
    if (slot >= this.numbers.length) this.reserve(slot + 1);
    this.numbers[slot] = symbol === null ? 0 : this.numberOf(symbol);
  }

  nameOf(slot: number): string | null {
    return this.names[this.numbers[slot] as number] as string | null;
  }

  /** Null for a chunk without a symbol. */
  termsOf(slot: number): NameTerms | null {
    const number = this.numbers[slot] as number;
    if (number === 0) return null;
    const known = this.terms[number];
    if (known !== undefined) return known;
    const terms = nameTerms(this.names[number] as string);
    this.terms[number] = terms;
    return terms;
  }

  /** Slots get new numbers, -1 for those that are gone; symbols that nothing has any more go, too. */
  compact(renumber: Int32Array): void {
    const before = { numbers: this.numbers, names: this.names };
    this.numbers = new Uint32Array(before.numbers.length);
    this.names = [null];
    this.terms = [undefined];
    this.byName = new Map();
    for (const [from, to] of renumber.entries()) {
      if (to >= 0) this.set(to, before.names[before.numbers[from] as number] as string | null);
    }
  }

  private numberOf(symbol: string): number {
    const known = this.byName.get(symbol);
    if (known !== undefined) return known;
    const number = this.names.push(symbol) - 1;
    this.terms.push(undefined);
    this.byName.set(symbol, number);
    return number;
  }

  private reserve(slots: number): void {
    const numbers = new Uint32Array(Math.ceil(slots * 1.5));
    numbers.set(this.numbers);
    this.numbers = numbers;
  }
}

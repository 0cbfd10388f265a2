// int8 rows by chunk id; rows of removed ids are used again.
// Invariant: `ids` is ascending and `rowOf[i]` is the row of `ids[i]`, so that a view's ascending ids are found in one pass.
import type { Found, Rows, Scan } from "./rows.ts";

export interface LocatedRows extends Omit<Scan, "query"> {
  /** Ascending, one for each row. */
  ids: Int32Array;
}

export class RowStore {
  private readonly dimensions: number;
  private readonly rows: Rows;
  /** 1 / length of each row: rounding leaves rows a little off unit length. */
  private inverseLengths = new Float32Array(1024);
  private ids = new Int32Array(0);
  private rowOf = new Int32Array(0);
  private rowCount = 0;
  private freeRows: number[] = [];
  /** The last answer of `locate`: a view asks for the same chunks with every query. */
  private located: { among: Int32Array; found: LocatedRows } | null = null;

  constructor(dimensions: number, rows: Rows) {
    this.dimensions = dimensions;
    this.rows = rows;
  }

  get size(): number {
    return this.ids.length;
  }

  upsert(chunkIds: readonly number[], vectors: Int8Array): void {
    this.located = null;
    const added = new Map<number, number>();
    for (const [index, chunkId] of chunkIds.entries()) {
      const at = this.indexOf(chunkId);
      const row = at >= 0 ? (this.rowOf[at] as number) : (added.get(chunkId) ?? this.takeRow());
      if (at < 0) added.set(chunkId, row);
      this.writeRow(row, vectors.subarray(index * this.dimensions, (index + 1) * this.dimensions));
    }
    if (added.size > 0) this.insert([...added].sort(([a], [b]) => a - b));
  }

  remove(chunkIds: readonly number[]): void {
    this.located = null;
    const found = [...new Set(chunkIds)].map((chunkId) => this.indexOf(chunkId)).filter((index) => index >= 0);
    if (found.length === 0) return;
    found.sort((a, b) => a - b);
    // What stands between two of them moves down together: a file that changed takes few of many away.
    let to = found[0] as number;
    for (const [at, index] of found.entries()) {
      this.freeRows.push(this.rowOf[index] as number);
      const end = found[at + 1] ?? this.ids.length;
      this.ids.copyWithin(to, index + 1, end);
      this.rowOf.copyWithin(to, index + 1, end);
      to += end - index - 1;
    }
    this.ids = this.ids.slice(0, to);
    this.rowOf = this.rowOf.slice(0, to);
  }

  /** The rows of those of the ascending ids that are here. Must not be changed, `among` neither. */
  locate(among: Int32Array): LocatedRows {
    if (this.located?.among !== among) this.located = { among, found: this.find(among) };
    return this.located.found;
  }

  private find(among: Int32Array): LocatedRows {
    const ids = new Int32Array(Math.min(among.length, this.ids.length));
    const rows = new Int32Array(ids.length);
    let count = 0;
    let at = among.length > 0 ? this.lowerBound(among[0] as number) : 0;
    // Few ids among many rows are looked up one by one; many, in a common pass.
    const isSparse = among.length * 16 < this.ids.length;
    for (let index = 0; index < among.length; index += 1) {
      const id = among[index] as number;
      if (isSparse) at = this.lowerBound(id);
      else while (at < this.ids.length && (this.ids[at] as number) < id) at += 1;
      if (this.ids[at] !== id || count === ids.length) continue;
      ids[count] = id;
      rows[count] = this.rowOf[at] as number;
      count += 1;
    }
    const inverseLengths = new Float32Array(count);
    for (let index = 0; index < count; index += 1) {
      inverseLengths[index] = this.inverseLengths[rows[index] as number] as number;
    }
    return { ids: ids.subarray(0, count), rows: rows.subarray(0, count), inverseLengths };
  }

  scan(query: Float32Array, located: LocatedRows, found: Found): void {
    this.rows.scan({ query, ...located }, found);
  }

  private takeRow(): number {
    const free = this.freeRows.pop();
    if (free !== undefined) return free;
    const row = this.rowCount;
    this.rowCount += 1;
    if (row === this.inverseLengths.length) {
      const lengths = new Float32Array(Math.ceil(row * 1.5));
      lengths.set(this.inverseLengths);
      this.inverseLengths = lengths;
    }
    return row;
  }

  private writeRow(row: number, vector: Int8Array): void {
    this.rows.write(row, vector);
    let squares = 0;
    for (const value of vector) squares += value * value;
    this.inverseLengths[row] = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  }

  /** New ids, ascending. The usual case, all above those that are here, is an append. */
  private insert(added: readonly (readonly [number, number])[]): void {
    const ids = new Int32Array(this.ids.length + added.length);
    const rowOf = new Int32Array(ids.length);
    let old = 0;
    let fresh = 0;
    for (let at = 0; at < ids.length; at += 1) {
      const next = added[fresh];
      if (next !== undefined && (old === this.ids.length || next[0] < (this.ids[old] as number))) {
        [ids[at], rowOf[at]] = next;
        fresh += 1;
      } else {
        ids[at] = this.ids[old] as number;
        rowOf[at] = this.rowOf[old] as number;
        old += 1;
      }
    }
    this.ids = ids;
    this.rowOf = rowOf;
  }

  private indexOf(chunkId: number): number {
    const at = this.lowerBound(chunkId);
    return this.ids[at] === chunkId ? at : -1;
  }

  private lowerBound(chunkId: number): number {
    let low = 0;
    let high = this.ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ids[middle] as number) < chunkId) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

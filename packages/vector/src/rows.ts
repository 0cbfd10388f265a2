// Rows of int8 numbers and their dot products with a query, in two implementations: WebAssembly SIMD, and plain JavaScript where that is
// not to be had. Adding rows never copies those that are there. Knows no ids.
import { createSimdKernel, type SimdKernel } from "./simd-kernel.ts";

export interface Rows {
  /** A row number at most one above those written before. */
  write(row: number, vector: Int8Array): void;
  /** The dot products of these rows with the query, into `out`. */
  score(query: Float32Array, rows: Int32Array, out: Float32Array): void;
}

export function createRows(dimensions: number): Rows {
  return createSimdRows(dimensions) ?? createPlainRows(dimensions);
}

const pageBytes = 65_536;
/** Rows that one call of the kernel scores. */
const sliceRows = 4096;
/** Memory grows by this many pages at a time. */
const growPages = 16;

/** Memory: the query in int16, row numbers and results of one slice, then the rows, each padded to sixteen components. */
export function createSimdRows(dimensions: number): Rows | undefined {
  const stride = Math.ceil(dimensions / 16) * 16;
  const numbersAt = stride * 2;
  const resultsAt = numbersAt + sliceRows * 4;
  const rowsAt = resultsAt + sliceRows * 4;
  const kernel = createSimdKernel(Math.ceil(rowsAt / pageBytes));
  if (kernel === undefined) return undefined;
  return {
    write(row, vector) {
      const start = rowsAt + row * stride;
      reserve(kernel, start + stride);
      new Int8Array(kernel.memory.buffer, start, dimensions).set(vector);
    },
    score(query, rows, out) {
      const { buffer } = kernel.memory;
      const step = writeQuery(query, new Int16Array(buffer, 0, stride));
      const numbers = new Int32Array(buffer, numbersAt, sliceRows);
      const results = new Int32Array(buffer, resultsAt, sliceRows);
      for (let from = 0; from < rows.length; from += sliceRows) {
        const slice = rows.subarray(from, from + sliceRows);
        numbers.set(slice);
        kernel.score(numbersAt, slice.length, 0, stride, rowsAt, resultsAt);
        for (let index = 0; index < slice.length; index += 1) out[from + index] = (results[index] as number) * step;
      }
    },
  };
}

function reserve({ memory }: SimdKernel, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / pageBytes);
  if (missing > 0) memory.grow(Math.max(missing, growPages));
}

/**
 * Scaled so that the largest component is the largest int16, and no row's sum can leave 32 bits; returns what one step is worth.
 */
function writeQuery(query: Float32Array, target: Int16Array): number {
  let largest = 0;
  let total = 0;
  for (const value of query) {
    largest = Math.max(largest, Math.abs(value));
    total += Math.abs(value);
  }
  const step = Math.max(largest / 32_767, (total * 128) / (2 ** 31 - query.length * 128));
  target.fill(0);
  if (step > 0)
    for (let index = 0; index < query.length; index += 1) target[index] = Math.round((query[index] as number) / step);
  return step;
}

const blockRows = 2048;

export function createPlainRows(dimensions: number): Rows {
  const blocks: Int8Array[] = [];
  return {
    write(row, vector) {
      const at = Math.floor(row / blockRows);
      blocks[at] ??= new Int8Array(blockRows * dimensions);
      blocks[at].set(vector, (row % blockRows) * dimensions);
    },
    score(query, rows, out) {
      for (let index = 0; index < rows.length; index += 1) {
        const row = rows[index] as number;
        out[index] = dot(query, blocks[Math.floor(row / blockRows)] as Int8Array, (row % blockRows) * dimensions);
      }
    },
  };
}

function dot(query: Float32Array, block: Int8Array, start: number): number {
  const whole = query.length - (query.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let at = 0; at < whole; at += 4) {
    a += (query[at] as number) * (block[start + at] as number);
    b += (query[at + 1] as number) * (block[start + at + 1] as number);
    c += (query[at + 2] as number) * (block[start + at + 2] as number);
    d += (query[at + 3] as number) * (block[start + at + 3] as number);
  }
  for (let at = whole; at < query.length; at += 1) a += (query[at] as number) * (block[start + at] as number);
  return a + b + c + d;
}

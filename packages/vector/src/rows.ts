// Rows of int8 numbers and their scan, in two implementations: WebAssembly SIMD, and plain JavaScript where that is not to be had. Adding
// rows never copies those that are there.
import { histogramBins, type ScoreHistogram } from "./score-histogram.ts";
import { createSimdKernel, type SimdKernel } from "./simd-kernel.ts";

export interface Scan {
  query: Float32Array;
  /** What is scanned: row numbers, and 1 / length of each. */
  rows: Int32Array;
  inverseLengths: Float32Array;
}

export interface Found {
  /** By position in the scan: cosines, if the query has unit length. */
  scores: Float32Array;
  histogram: ScoreHistogram;
}

export interface Rows {
  /** A row number at most one above those written before. */
  write(row: number, vector: Int8Array): void;
  /** Scores all positions into what is found. */
  scan(scan: Scan, found: Found): void;
}

export function createRows(dimensions: number): Rows {
  return createSimdRows(dimensions) ?? createPlainRows(dimensions);
}

/** Rows that the kernel scans in one call, at most: their scores stay in the processor's cache. */
const sliceRows = 32_768;
const pageBytes = 65_536;
/** Memory grows by this many pages at a time. */
const growPages = 16;

/**
 * Memory: the query in int16; row numbers, inverse lengths and scores of one slice; a histogram; then the rows, each padded to
 * thirty-two components.
 */
export function createSimdRows(dimensions: number): Rows | undefined {
  const stride = Math.ceil(dimensions / 32) * 32;
  const numbersAt = stride * 2;
  const inversesAt = numbersAt + sliceRows * 4;
  const scoresAt = inversesAt + sliceRows * 4;
  const histogramAt = scoresAt + sliceRows * 4;
  const rowsAt = histogramAt + (histogramBins + 1) * 4;
  const kernel = createSimdKernel(Math.ceil(rowsAt / pageBytes));
  if (kernel === undefined) return undefined;
  return {
    write(row, vector) {
      const start = rowsAt + row * stride;
      reserve(kernel, start + stride);
      new Int8Array(kernel.memory.buffer, start, dimensions).set(vector);
    },
    scan({ query, rows, inverseLengths }, { scores, histogram }) {
      const { buffer } = kernel.memory;
      const step = writeQuery(query, new Int16Array(buffer, 0, stride));
      const counts = new Uint32Array(buffer, histogramAt, histogramBins + 1);
      counts.fill(0);
      for (let from = 0; from < rows.length; from += sliceRows) {
        const to = Math.min(rows.length, from + sliceRows);
        // The kernel takes four at a time: what is missing in the last four is row 0, with a score of 0.
        const count = Math.ceil((to - from) / 4) * 4;
        const numbers = new Int32Array(buffer, numbersAt, count);
        const inverses = new Float32Array(buffer, inversesAt, count);
        numbers.fill(0, to - from);
        inverses.fill(0, to - from);
        numbers.set(rows.subarray(from, to));
        inverses.set(inverseLengths.subarray(from, to));
        kernel.scan(...([numbersAt, count, 0, stride, rowsAt, scoresAt, inversesAt, histogramAt, step] as const));
        scores.set(new Float32Array(buffer, scoresAt, to - from), from);
        counts[histogramBins / 2] = (counts[histogramBins / 2] as number) - (count - (to - from));
      }
      histogram.addAll(counts);
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
    scan({ query, rows, inverseLengths }, { scores, histogram }) {
      for (let at = 0; at < rows.length; at += 1) {
        const row = rows[at] as number;
        const block = blocks[Math.floor(row / blockRows)] as Int8Array;
        scores[at] = dot(query, block, (row % blockRows) * dimensions) * (inverseLengths[at] as number);
        histogram.add(scores[at] as number);
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

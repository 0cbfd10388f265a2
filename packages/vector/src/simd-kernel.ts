// The scan as a WebAssembly module of one function, written out by hand: dot products of int8 rows with an int16 query, four rows at once,
// thirty-two components a step, and all that is asked of each score while it is at hand. More than ten times as fast as the same loops in
// JavaScript, and equal to them bit by bit. Undefined where SIMD is not to be had.
//
//   scan(rows, count, query, stride, data, out, inverses, histogram, step)
//   for each of `count` row numbers at `rows`: out[i] = float32(sum over the row's `stride` bytes × step) × inverses[i];
//   histogram[float32(out[i] × 2048 + 2048.5), cut] += 1. `count` is a multiple of 4, `stride` of 32; `step` is a float64.

type ScanRows = (
  ...values: [
    ...[rows: number, count: number, query: number, stride: number, data: number, out: number],
    ...[inverses: number, histogram: number, step: number],
  ]
) => void;

/** Its buffer is another one after it grew. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface SimdKernel {
  memory: Memory;
  scan: ScanRows;
}

/** What is used of the global of that name, which the types of Node leave out. */
interface WasmApi {
  validate(bytes: Uint8Array): boolean;
  Memory: new (limits: { initial: number }) => Memory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
}

const [rows, count, query, stride, data, out, inverses, histogram, step] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const [component, end, bin] = [9, 10, 11];
/** Of each of four rows: where it is read next, and its sums by lane. */
const four = [0, 1, 2, 3].map((number) => ({ number, at: 12 + number, sum: 16 + number }));
/** Thirty-two components of the query, and sixteen of a row. */
const parts = [20, 21, 22, 23];
const [bytes, scores] = [24, 25];
const [i32, f64, v128] = [0x7f, 0x7c, 0x7b];

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const simd = (code: number, ...rest: number[]) => [0xfd, ...leb(code), ...rest];
const integer = (value: number) => [0x41, ...signedLeb(value)];
const advance = (local: number, by: number) => [...get(local), ...integer(by), 0x6a, ...set(local)];
const load = (offset: number) => simd(0x00, 0, offset);
/** Eight int8 as int16: one instruction, where two halves of sixteen take four. */
const loadEight = (offset: number) => simd(0x01, 0, offset);
const [dotPairs, addLanes] = [simd(0xba), simd(0xae)];
const add = 0x6a;
/** Lanes of 32 bits of two vectors: 0 to 3 of the first, 4 to 7 of the second. */
const pick = (...lanes: number[]) =>
  simd(0x0d, ...lanes.flatMap((lane) => [lane * 4, lane * 4 + 1, lane * 4 + 2, lane * 4 + 3]));
const upperHalf = (local: number) => [...get(local), ...get(local), ...pick(2, 3, 2, 3)];
const float32 = (value: number) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];

/** at = data + rows[number] × stride; sum = 0 */
const startRow = ({ number, at, sum }: (typeof four)[number]) => [
  ...[...get(data), ...get(rows), 0x28, 0x02, number * 4, ...get(stride), 0x6c, add, ...set(at)],
  ...[0xfd, 0x0c, ...new Array<number>(16).fill(0), ...set(sum)],
];
/** sum += the sixteen components at `offset` · two parts of the query */
const sumSixteen = ({ at, sum }: (typeof four)[number], offset: number, low: number, high: number) => [
  ...[...get(at), ...loadEight(offset), ...get(low), ...dotPairs],
  ...[...get(at), ...loadEight(offset + 8), ...get(high), ...dotPairs],
  ...[...addLanes, ...get(sum), ...addLanes, ...set(sum)],
];
const stepOfFour = [
  ...parts.flatMap((part, index) => [...get(component), ...load(index * 16), ...set(part)]),
  ...four.flatMap((row) => [
    ...sumSixteen(row, 0, parts[0] as number, parts[1] as number),
    ...sumSixteen(row, 16, parts[2] as number, parts[3] as number),
    ...advance(row.at, 32),
  ]),
  ...advance(component, 64),
];
const [first, second, third, fourth] = four.map(({ sum }) => sum) as [number, number, number, number];
const addHalves = (a: number, b: number) => [
  ...[...get(a), ...get(b), ...pick(0, 4, 1, 5), ...get(a), ...get(b), ...pick(2, 6, 3, 7), ...addLanes],
];
/** bytes = the sum of each row, in a lane of its own */
const sumLanes = [
  ...[...addHalves(first, second), ...set(bytes), ...addHalves(third, fourth), ...set(scores)],
  ...[...get(bytes), ...get(scores), ...pick(0, 1, 4, 5), ...get(bytes), ...get(scores), ...pick(2, 3, 6, 7)],
  ...[...addLanes, ...set(bytes)],
];
const [toFloat64, multiply64, toFloat32] = [simd(0xfe), simd(0xf2), simd(0x5e)];
const [splat64, splat32] = [simd(0x14), simd(0x13)];
const scaled = (half: number[]) => [...half, ...toFloat64, ...get(step), ...splat64, ...multiply64, ...toFloat32];
/** scores = float32(sums × step) × inverses */
const scale = [
  ...[...scaled(get(bytes)), ...scaled(upperHalf(bytes)), ...pick(0, 1, 4, 5)],
  ...[...get(inverses), ...load(0), ...simd(0xe6), ...set(scores), ...get(out), ...get(scores), ...simd(0x0b, 0, 0)],
];
/** histogram[bin of each score, at most 4096] += 1 */
const count4 = [
  ...[...get(scores), ...float32(2048), ...splat32, ...simd(0xe6), ...float32(2048.5), ...splat32, ...simd(0xe4)],
  ...simd(0xf8),
  ...[...integer(0), ...simd(0x11), ...simd(0xb8), ...integer(4096), ...simd(0x11), ...simd(0xb6), ...set(bytes)],
  ...four.flatMap(({ number }) => [
    ...[...get(bytes), ...simd(0x1b, number), ...integer(2), 0x74, ...get(histogram), add, 0x22, bin],
    ...[...get(bin), 0x28, 2, 0, ...integer(1), add, 0x36, 2, 0],
  ]),
];
const body = [
  // end = query + stride × 2
  ...[...get(query), ...get(stride), ...integer(1), 0x74, add, ...set(end)],
  ...[0x03, 0x40, ...four.flatMap(startRow), ...get(query), ...set(component)],
  ...[0x03, 0x40, ...stepOfFour, ...get(component), ...get(end), 0x49, 0x0d, 0x00, 0x0b],
  ...[...sumLanes, ...scale, ...count4],
  ...[...advance(rows, 16), ...advance(out, 16), ...advance(inverses, 16)],
  // count -= 4, again while it is not 0
  ...[...get(count), ...integer(4), 0x6b, 0x22, count, 0x0d, 0x00, 0x0b],
  0x0b,
];

/** Section id, length, content. */
const section = (id: number, content: number[]) => [id, ...leb(content.length), ...content];

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

/** From 0 to 8191. */
function signedLeb(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, value >>> 7];
}

const name = (text: string) => [text.length, ...Buffer.from(text)];
const locals = [2, 7, i32, 10, v128];
const code = [...locals, ...body];

const moduleBytes = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...section(1, [1, 0x60, 9, ...new Array<number>(8).fill(i32), f64, 0]),
  ...section(2, [1, ...name("host"), ...name("memory"), 0x02, 0x00, 0x01]),
  ...section(3, [1, 0]),
  ...section(7, [1, ...name("scan"), 0x00, 0x00]),
  ...section(10, [1, ...leb(code.length), ...code]),
]);

/**
 * With a memory of its own of that many pages (64 KiB), which may grow. Undefined also where there is no such memory to be had: each takes
 * gigabytes of address space, which `ulimit -v` may not leave.
 */
export function createSimdKernel(initialPages: number): SimdKernel | undefined {
  const wasm = (globalThis as { WebAssembly?: unknown }).WebAssembly as WasmApi | undefined;
  if (!wasm?.validate(moduleBytes)) return undefined;
  try {
    const memory = new wasm.Memory({ initial: initialPages });
    const instance = new wasm.Instance(new wasm.Module(moduleBytes), { host: { memory } });
    return { memory, scan: instance.exports["scan"] as ScanRows };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

// A view's stat cache as it lies in its column. Pure. One column for all paths: it is read and written as a whole, at each listing.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { StatCache } from "@outpost/retrieval";

/** Of each path: size, mtime, inode. */
const wordsPerPath = 3;

export function packStatCache(cache: StatCache): Uint8Array {
  const numbers = new BigUint64Array(cache.size * wordsPerPath);
  const names: string[] = [];
  let at = 0;
  for (const [path, { size, mtimeNs, inode, blob }] of cache) {
    // A time before 1970 comes back as it was: the bits are kept, and read as signed.
    numbers.set([BigInt(size), BigInt.asUintN(64, mtimeNs), BigInt.asUintN(64, inode)], at);
    names.push(path, blob);
    at += wordsPerPath;
  }
  const head = Uint32Array.of(cache.size, 0);
  const parts = [
    new Uint8Array(head.buffer),
    new Uint8Array(numbers.buffer),
    new TextEncoder().encode(names.join("\0")),
  ];
  const packed = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    packed.set(part, offset);
    offset += part.length;
  }
  return deflateRawSync(packed, { level: 1 });
}

export function unpackStatCache(packed: Uint8Array): StatCache {
  const bytes = Uint8Array.from(inflateRawSync(packed));
  const count = new Uint32Array(bytes.buffer, 0, 1)[0] ?? 0;
  const numbers = new BigUint64Array(bytes.buffer, 8, count * wordsPerPath);
  const names = new TextDecoder().decode(bytes.subarray(8 + numbers.byteLength)).split("\0");
  const cache: StatCache = new Map();
  for (let index = 0; index < count; index++) {
    const at = index * wordsPerPath;
    cache.set(names[index * 2] ?? "", {
      size: Number(numbers[at] ?? 0n),
      mtimeNs: BigInt.asIntN(64, numbers[at + 1] ?? 0n),
      inode: numbers[at + 2] ?? 0n,
      blob: names[index * 2 + 1] ?? "",
    });
  }
  return cache;
}

// The last bytes of a stream, in memory that is taken when the first of them comes.
export interface Ring {
  write(chunk: Uint8Array): void;
  /** A copy of what is in it, the oldest first. */
  read(): Buffer;
}

export function createRing(capacity: number): Ring {
  let buffer = Buffer.alloc(0);
  let position = 0;
  let filled = 0;
  return {
    write(chunk) {
      if (capacity === 0 || chunk.byteLength === 0) return;
      // made at the first byte that needs it: most commands print less than the head holds
      if (buffer.byteLength === 0) buffer = Buffer.allocUnsafeSlow(capacity);
      const last = chunk.subarray(Math.max(0, chunk.byteLength - capacity));
      const untilEnd = Math.min(last.byteLength, capacity - position);
      buffer.set(last.subarray(0, untilEnd), position);
      buffer.set(last.subarray(untilEnd), 0);
      position = (position + last.byteLength) % capacity;
      filled = Math.min(capacity, filled + last.byteLength);
    },
    read() {
      if (filled < capacity) return Buffer.from(buffer.subarray(0, filled));
      return Buffer.concat([buffer.subarray(position), buffer.subarray(0, position)]);
    },
  };
}

// Keeps the head and the tail of a stream and counts what lies between.
// Does not know what is in the stream. Never holds more than `maxBytes`, however much is written.
import type { ProcessOutput } from "@outpost/core";
import { createRing } from "./ring.ts";

export interface Capture {
  write(chunk: Uint8Array): void;
  totalBytes(): number;
  /** What was kept. Call it once, when the stream has ended. */
  finish(): ProcessOutput;
}

export function createCapture(maxBytes: number): Capture {
  const headBytes = Math.ceil(maxBytes / 2);
  const tail = createRing(maxBytes - headBytes);
  const head: Uint8Array[] = [];
  let headLength = 0;
  let total = 0;
  return {
    totalBytes: () => total,
    write(chunk) {
      total += chunk.byteLength;
      const forHead = chunk.subarray(0, headBytes - headLength);
      if (forHead.byteLength > 0) {
        // a copy: the chunk may be a slice of a much larger buffer, which would stay alive with it
        head.push(Uint8Array.from(forHead));
        headLength += forHead.byteLength;
      }
      tail.write(chunk.subarray(forHead.byteLength));
    },
    finish() {
      const first = Buffer.concat(head);
      const last = tail.read();
      const droppedBytes = total - first.byteLength - last.byteLength;
      const bytes = Buffer.concat([first, last]);
      const text = droppedBytes === 0 ? decode(bytes) : joinAroundGap(first, last, droppedBytes);
      return { text, bytes, droppedBytes };
    },
  };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** A character that the gap cut in two is left out on both sides. */
function joinAroundGap(head: Uint8Array, tail: Uint8Array, droppedBytes: number): string {
  const before = decode(head).replace(/\ufffd$/, "");
  const after = decode(tail).replace(/^\ufffd{1,3}/, "");
  const newline = before === "" || before.endsWith("\n") ? "" : "\n";
  return `${before}${newline}[${droppedBytes} bytes left out]\n${after}`;
}

// Keeps what one command prints: the beginning in a file, as it comes, and of what is more the end, which is added when the command has ended.
// Covered: known secrets are taken out before anything is written, also where a secret comes in pieces; the file is bounded, and so is what is
// held in memory. Not covered: a disk that is full; then no more is kept, and the command is none the wiser.
import { closeSync, writeSync } from "node:fs";
import { createRing } from "@outpost/sandbox";
import type { Redactor } from "../secrets/redactor.ts";

export interface RecordedOutput {
  write(stream: "stdout" | "stderr", chunk: Uint8Array): void;
  /** What came since the last call, the newest of it. `isLast`: nothing will follow. */
  takeNew(isLast: boolean): { text: string; droppedBytes: number };
  hasNew(): boolean;
  printedBytes(): number;
  /** Completes the file. Call it once; nothing is written after it. */
  finish(): void;
}

export interface RecordOptions {
  /** Of the file; closed by `finish`. */
  descriptor: number;
  maxBytes: number;
  redactor: Pick<Redactor, "openStream">;
  /** Whether anybody will ask for what is new. */
  keepsNew: boolean;
}

const newBytes = 65_536;
const longestBegun = 8192;
/** What is left out behind a gap: it may begin in the middle of a secret, and none that is known is longer. */
const uncertainCharacters = 16_384;

export function recordOutput({ descriptor, maxBytes, redactor, keepsNew }: RecordOptions): RecordedOutput {
  const headBytes = Math.ceil(maxBytes / 2);
  const tailBytes = Math.floor((maxBytes - headBytes) / 2);
  const newCapacity = keepsNew ? newBytes : 0;
  const createSource = () => ({
    shown: createShown(redactor),
    /** The beginning of a line, so that the two streams mix by whole lines. */
    begun: "",
    tail: createWindow(tailBytes),
    news: createShown(redactor),
    latest: createWindow(newCapacity),
  });
  const sources = { stdout: createSource(), stderr: createSource() };
  const all = Object.values(sources);
  let headRoom = headBytes;
  let printed = 0;
  let isWritable = true;

  function append(text: string): void {
    if (!isWritable || text === "") return;
    try {
      writeSync(descriptor, text);
    } catch {
      isWritable = false;
    }
  }

  return {
    write(name, chunk) {
      const source = sources[name];
      const { shown, tail, latest } = source;
      printed += chunk.byteLength;
      const forHead = chunk.subarray(0, headRoom);
      headRoom -= forHead.byteLength;
      if (forHead.byteLength > 0) {
        const text = source.begun + shown.push(forHead);
        const end = text.length > longestBegun ? text.length : text.lastIndexOf("\n") + 1;
        append(text.slice(0, end));
        source.begun = text.slice(end);
      }
      tail.write(chunk.subarray(forHead.byteLength));
      if (keepsNew) latest.write(chunk);
    },
    takeNew(isLast) {
      const taken = all.map(({ news, latest }) => ({ ...latest.take(), news }));
      const text = taken.map(({ news, bytes, droppedBytes }) => news.follow(bytes, droppedBytes, isLast)).join("");
      return { text, droppedBytes: taken.reduce((sum, { droppedBytes }) => sum + droppedBytes, 0) };
    },
    hasNew: () => all.some(({ latest }) => !latest.isEmpty()),
    printedBytes: () => printed,
    finish() {
      for (const { begun, shown, tail } of all) {
        const { bytes, droppedBytes } = tail.take();
        const gap = droppedBytes > 0 ? `\n[${droppedBytes} bytes left out]\n` : "";
        append(begun + gap + shown.follow(bytes, droppedBytes, true));
      }
      closeSync(descriptor);
    },
  };
}

/** One stream as text without known secrets, however it is cut into pieces. */
function createShown(redactor: Pick<Redactor, "openStream">) {
  let decoder = new TextDecoder();
  let redacted = redactor.openStream();
  const push = (bytes: Uint8Array): string => redacted.push(decoder.decode(bytes, { stream: true }));
  return {
    push,
    /** What comes next, after `droppedBytes` that nobody kept. */
    follow(bytes: Uint8Array, droppedBytes: number, isLast: boolean): string {
      if (droppedBytes === 0) return push(bytes) + (isLast ? redacted.end() : "");
      // what was held back looked like the beginning of a secret, and its end is not known any more
      decoder = new TextDecoder();
      redacted = redactor.openStream();
      const text = decoder.decode(bytes, { stream: true }).slice(uncertainCharacters);
      return redacted.push(text) + (isLast ? redacted.end() : "");
    },
  };
}

/** The last bytes since they were taken. */
function createWindow(capacity: number) {
  let ring = createRing(capacity);
  let total = 0;
  return {
    write(chunk: Uint8Array): void {
      total += chunk.byteLength;
      ring.write(chunk);
    },
    isEmpty: () => total === 0,
    take(): { bytes: Uint8Array; droppedBytes: number } {
      if (total === 0) return { bytes: new Uint8Array(), droppedBytes: 0 };
      const bytes = ring.read();
      const droppedBytes = total - bytes.byteLength;
      ring = createRing(capacity);
      total = 0;
      return { bytes, droppedBytes };
    },
  };
}

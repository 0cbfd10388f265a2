// One line at the bottom that is written over while something goes on; silent where there is no terminal.
import type { IndexStatus } from "@outpost/protocol";
import { clip } from "./layout.ts";

export interface ProgressLine {
  /** Of `tail`, the end is shown that still fits. */
  show(text: string, tail?: string): void;
  clear(): void;
}

const barColumns = 20;

export function createProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  let isShown = false;
  return {
    show(text, tail = "") {
      if (!stream.isTTY) return;
      const columns = Math.max(20, (stream.columns ?? 80) - 1);
      const room = columns - [...text].length;
      const end = room > 0 ? [...tail].slice(-room).join("") : "";
      stream.write(`\r\u001b[K${clip(text + end, columns)}`);
      isShown = true;
    },
    clear() {
      if (isShown) stream.write("\r\u001b[K");
      isShown = false;
    },
  };
}

export function describeProgress(name: string, { progress }: IndexStatus): string {
  if (!progress || progress.filesTotal === 0) return `indexing ${name} …`;
  const { filesDone, filesTotal, chunksDone, filesPerSecond, remainingMs } = progress;
  const filled = Math.min(barColumns, Math.round((filesDone / filesTotal) * barColumns));
  const bar = "█".repeat(filled) + "░".repeat(barColumns - filled);
  const left = remainingMs === null ? "" : `, ${Math.ceil(remainingMs / 1000)} s left`;
  return `indexing ${name} ${bar} ${filesDone}/${filesTotal} files, ${chunksDone} chunks, ${Math.round(filesPerSecond)} files/s${left}`;
}

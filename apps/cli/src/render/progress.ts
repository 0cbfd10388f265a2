// One line that is written over while something goes on; silent where there is no terminal.
import type { IndexStatus } from "@outpost/protocol";

export interface ProgressLine {
  show(text: string): void;
  clear(): void;
}

export function createProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  let isShown = false;
  return {
    show(text) {
      if (!stream.isTTY) return;
      stream.write(`\r\u001b[K${text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
      isShown = true;
    },
    clear() {
      if (isShown) stream.write("\r\u001b[K");
      isShown = false;
    },
  };
}

export function describeProgress(status: IndexStatus): string {
  const { progress } = status;
  if (!progress) return `indexing: ${status.files} files`;
  const left = progress.remainingMs === null ? "" : `, ${Math.ceil(progress.remainingMs / 1000)} s left`;
  return `indexing: ${progress.filesDone}/${progress.filesTotal} files, ${progress.chunksDone} chunks, ${Math.round(progress.filesPerSecond)} files/s${left}`;
}

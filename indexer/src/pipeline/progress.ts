// How far an index is. Time left is told from the bytes, since files differ.

export interface IndexProgress {
  filesDone: number;
  filesTotal: number;
  chunksDone: number;
  filesPerSecond: number;
  /** Null while there is too little to tell from. */
  remainingMs: number | null;
}

export interface ProgressMeter {
  begin(total: { files: number; bytes: number; alreadyDone: number }): void;
  advance(done: { files: number; bytes: number; chunks: number }): void;
}

const MIN_ELAPSED_MS = 500;

export function createProgressMeter(nowMs: () => number, report: (progress: IndexProgress) => void): ProgressMeter {
  let startedAtMs = nowMs();
  let total = { files: 0, bytes: 0, alreadyDone: 0 };
  const done = { files: 0, bytes: 0, chunks: 0 };
  const tell = () => {
    const elapsedMs = nowMs() - startedAtMs;
    const isTelling = elapsedMs >= MIN_ELAPSED_MS && done.bytes > 0;
    const bytesLeft = Math.max(0, total.bytes - done.bytes);
    report({
      filesDone: total.alreadyDone + done.files,
      filesTotal: total.files,
      chunksDone: done.chunks,
      filesPerSecond: elapsedMs > 0 ? (done.files * 1000) / elapsedMs : 0,
      remainingMs: isTelling ? Math.round((bytesLeft * elapsedMs) / done.bytes) : null,
    });
  };
  return {
    begin: (next) => {
      total = next;
      startedAtMs = nowMs();
      done.files = 0;
      done.bytes = 0;
      tell();
    },
    advance: (step) => {
      done.files += step.files;
      done.bytes += step.bytes;
      done.chunks += step.chunks;
      tell();
    },
  };
}

// Keeps commands from filling the disk that the server itself needs.
// Covered: a command does not start where less than the floor is free, and is ended when less is left; looked at a few times a second on
// the file system of each writable mount. Not covered: what is written between two looks (bounded by the disk's speed), and quotas.
import { statfs } from "node:fs/promises";
import { OutpostError } from "@outpost/protocol";
import type { RunSpec } from "./run-spec.ts";

export interface DiskFloor {
  /** 0: no floor. */
  minFreeBytes: number;
  /** Default: what the file system says. */
  readFreeBytes?: ((path: string) => Promise<number>) | undefined;
}

const lookEveryMs = 200;

/** The same runner; rejects with `limit_exceeded` when the floor is reached before the start, and reports `disk` when it is later. */
export function withDiskFloor(run: RunSpec, { minFreeBytes, readFreeBytes = readFree }: DiskFloor): RunSpec {
  if (minFreeBytes === 0) return run;
  return async (spec, signal) => {
    const places = spec.mounts.filter((mount) => mount.writable).map((mount) => mount.source);
    const least = async () => Math.min(Number.POSITIVE_INFINITY, ...(await Promise.all(places.map(readFreeBytes))));
    const free = await least();
    if (free < minFreeBytes) {
      throw new OutpostError(
        "limit_exceeded",
        `only ${megabytes(free)} are free below "${places[0]}", under minFreeDiskBytes (${megabytes(minFreeBytes)}); free some space, or lower minFreeDiskBytes`,
      );
    }
    const full = new AbortController();
    const timer = setInterval(() => {
      least().then(
        (left) => left < minFreeBytes && full.abort(),
        // a mount that is gone has no free space to guard
        () => {},
      );
    }, lookEveryMs);
    try {
      const result = await run(spec, signal ? AbortSignal.any([signal, full.signal]) : full.signal);
      return result.ended === "aborted" && full.signal.aborted && !signal?.aborted
        ? { ...result, ended: "disk" }
        : result;
    } finally {
      clearInterval(timer);
    }
  };
}

async function readFree(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

// What a path of a worktree holds now: absent, bytes to record, or something that is left out; a stamp tells whether to look again.
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { readPlace, systemErrorCode } from "@outpost/checkout";
import type { FileMode } from "@outpost/protocol";
import { MAX_FILE_BYTES } from "../mirror/tree-edits.ts";

export type PathState =
  | { kind: "absent" }
  | { kind: "content"; mode: FileMode; bytes: Uint8Array }
  | { kind: "left_out"; reason: string };

/** Changes of a file within this time of a look at it may leave its times as they are. */
const TICK_NS = 50_000_000n;

/** Equal stamps of two moments mean equal bytes; null is equal to nothing. `isReal`: no symlink leads to the path's directory. */
export function stampOf(root: string, path: string, isReal: boolean, nowMs: number): string | null {
  if (!isReal) return "absent";
  const found = lstatSync(join(root, path), { bigint: true, throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return "absent";
  if (found.ctimeNs + TICK_NS > BigInt(nowMs) * 1_000_000n) return null;
  return [found.mode, found.size, found.mtimeNs, found.ctimeNs, found.ino].join(":");
}

export async function readPathState(root: string, path: string): Promise<PathState> {
  try {
    const entry = await readPlace(root, path, MAX_FILE_BYTES);
    switch (entry.kind) {
      case "absent":
      case "directory":
        return { kind: "absent" };
      case "symlink":
        return { kind: "content", mode: "120000", bytes: entry.bytes };
      case "file":
        return { kind: "content", mode: (entry.permissions & 0o100) === 0 ? "100644" : "100755", bytes: entry.bytes };
      case "large":
        return { kind: "left_out", reason: `${entry.size} bytes, over ${MAX_FILE_BYTES}` };
      case "other":
        return { kind: "left_out", reason: "no regular file" };
    }
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return { kind: "left_out", reason: `cannot be read (${code})` };
  }
}

// Conflicts: paths that cannot be written, with words a person can act on, and the one error that carries them out of the room.
import { type ApplyConflict, type ConflictHunk, OutpostError } from "@outpost/protocol";
import { systemErrorText, toOutpostError } from "../files/system-error.ts";

/** Ends the handling of one path; whoever knows the path makes an `ApplyConflict` of it. */
export class PathConflict extends Error {
  readonly hunks: ConflictHunk[] | undefined;
  constructor(reason: string, hunks?: ConflictHunk[]) {
    super(reason);
    this.hunks = hunks;
  }
}

export function toConflict(path: string, reason: string, hunks?: ConflictHunk[]): ApplyConflict {
  return { path, reason, ...(hunks ? { hunks } : {}) };
}

/** Ends a whole run at one path. */
export class MoveConflict extends Error {
  readonly conflict: ApplyConflict;
  constructor(path: string, reason: string, hunks?: ConflictHunk[]) {
    super(reason);
    this.conflict = toConflict(path, reason, hunks);
  }
}

export function conflictError(conflicts: readonly ApplyConflict[], what: string, cause?: unknown): OutpostError {
  const [first] = conflicts;
  const more = conflicts.length > 1 ? ` (and ${conflicts.length - 1} more)` : "";
  const which = first ? `: path "${first.path}" ${first.reason}${more}` : "";
  return new OutpostError("conflict", `${what}; nothing was written${which}`, { details: { conflicts }, cause });
}

/** Runs what handles one path; errors of the system become a conflict of that path, or `unavailable` when the disk is at fault. */
export async function atPath<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const text = systemErrorText(error);
    const translated = toOutpostError(error, path);
    if (translated instanceof OutpostError && translated.code === "unavailable") throw translated;
    if (text !== undefined) throw new MoveConflict(path, text);
    if (error instanceof OutpostError && error.code === "forbidden") throw new MoveConflict(path, error.message);
    throw error;
  }
}

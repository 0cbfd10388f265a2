// What a change wishes for each path, apart from what the checkout holds: base and next version, and where the present bytes come from.
// Reads no disk. Invariant: at most one wish removes a path and at most one fills it.
import {
  type ApplyConflict,
  type ChangeFile,
  type FileMode,
  type GitObjectId,
  limits,
  OutpostError,
} from "@outpost/protocol";
import { parseFilePath } from "../files/relative-path.ts";

export interface Side {
  blob: GitObjectId;
  mode: FileMode;
}

export type Wish =
  | { type: "remove"; path: string; base: Side }
  /** The old side of a rename: goes without a check of its own, since its bytes are merged into the new path. */
  | { type: "vacate"; path: string; base: Side }
  | { type: "add"; path: string; next: Side }
  /** `source` differs from `path` for a rename. */
  | { type: "edit"; path: string; source: string; base: Side; next: Side; binary: boolean };

function sideOf(blob: GitObjectId | null, mode: FileMode | null): Side | null {
  return blob !== null && mode !== null ? { blob, mode } : null;
}

function wishesOf(file: ChangeFile): Wish[] {
  const { path } = file;
  const base = sideOf(file.oldBlob, file.oldMode);
  const next = sideOf(file.newBlob, file.newMode);
  if (file.kind === "added" && next) return [{ type: "add", path, next }];
  if (file.kind === "deleted" && base) return [{ type: "remove", path, base }];
  if (base && next && (file.kind === "modified" || file.kind === "mode"))
    return [{ type: "edit", path, source: path, base, next, binary: file.binary }];
  if (base && next && file.kind === "renamed" && file.oldPath !== null) {
    const edit: Wish = { type: "edit", path, source: file.oldPath, base, next, binary: file.binary };
    return [{ type: "vacate", path: file.oldPath, base }, edit];
  }
  throw new OutpostError(
    "invalid_input",
    `change file "${path}" of kind "${file.kind}" lacks a blob, mode or old path`,
  );
}

function pathProblem(path: string): string | null {
  try {
    return parseFilePath(path).join("/") === path ? null : `path "${path}" is not written plainly`;
  } catch (error) {
    if (error instanceof OutpostError) return error.message;
    throw error;
  }
}

/** Rejects (throws) with `limit_exceeded` or `invalid_input`; paths that nobody may write become conflicts. */
export function collectWishes(files: readonly ChangeFile[]): { wishes: Wish[]; conflicts: ApplyConflict[] } {
  if (files.length > limits.changeFiles)
    throw new OutpostError(
      "limit_exceeded",
      `change has ${files.length} files, over changeFiles (${limits.changeFiles}); split the task`,
    );
  const wishes: Wish[] = [];
  const conflicts: ApplyConflict[] = [];
  const taken = new Set<string>();
  for (const wish of files.flatMap(wishesOf)) {
    const fills = wish.type === "add" || wish.type === "edit";
    const empties = wish.type !== "add" && !(wish.type === "edit" && wish.source !== wish.path);
    const claims = [fills ? `fill ${wish.path}` : "", empties ? `empty ${wish.path}` : ""].filter(
      (claim) => claim !== "",
    );
    const reason =
      pathProblem(wish.path) ?? (claims.some((claim) => taken.has(claim)) ? "is touched twice by the change" : null);
    for (const claim of claims) taken.add(claim);
    if (reason) conflicts.push({ path: wish.path, reason });
    else wishes.push(wish);
  }
  return { wishes, conflicts };
}

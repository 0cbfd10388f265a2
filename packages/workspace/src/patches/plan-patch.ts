// A parsed patch and a commit's tree → the edits that it makes, with a report of where hunks did not fit exactly, or the list of all
// conflicts. Writes nothing. Every path is inside the repository and names no git directory; nothing is written through a symlink or into
// a submodule; a symlink may only lead to a place inside.

import { conflictError, PathConflict, parentsOf, parseFilePath, toConflict } from "@outpost/checkout";
import { type ApplyConflict, type FileMode, OutpostError } from "@outpost/protocol";
import type { TreeEdit } from "../git/fast-import.ts";
import { parseFileMode, type TreeEntry } from "../git/tree-listing.ts";
import type { PatchSection } from "./parse-unified-diff.ts";
import { type Placement, placeHunks } from "./place-hunks.ts";

export interface PatchTree {
  entries: ReadonlyMap<string, TreeEntry>;
  submodules: readonly string[];
  /** Rejects with `not_found`. */
  read(entry: TreeEntry): Promise<Uint8Array>;
}

export interface PatchPlan {
  edits: TreeEdit[];
  placements: ({ path: string } & Placement)[];
}

interface Outcome {
  removes: string | null;
  puts: { path: string; mode: FileMode; bytes: Uint8Array } | null;
  placements: Placement[];
}

/** Rejects with `conflict` and `details.conflicts`, `forbidden` for a path, `limit_exceeded` for a file. Nothing is half-applied. */
export async function planPatch(
  tree: PatchTree,
  sections: readonly PatchSection[],
  maxFileBytes: number,
): Promise<PatchPlan> {
  const conflicts: ApplyConflict[] = [];
  const outcomes: { path: string; outcome: Outcome }[] = [];
  const taken = new Set<string>();
  for (const section of sections) {
    const named = resolvePaths(tree, section);
    const path = named.newPath ?? named.oldPath ?? "";
    try {
      for (const name of new Set([named.oldPath, named.newPath])) {
        if (name !== null && taken.has(name)) throw new PathConflict("is named twice by the patch");
        if (name !== null) taken.add(name);
      }
      outcomes.push({ path, outcome: await planSection(tree, section, named, maxFileBytes) });
    } catch (error) {
      if (!(error instanceof PathConflict)) throw error;
      conflicts.push(toConflict(path, error.message, error.hunks));
    }
  }
  const removed = new Set(outcomes.flatMap(({ outcome }) => outcome.removes ?? []));
  for (const { path, outcome } of outcomes) {
    const reason = outcome.puts ? findObstacle(tree, outcome.puts.path, removed, outcomes) : null;
    if (reason !== null) conflicts.push({ path, reason });
  }
  if (conflicts.length > 0) throw conflictError(conflicts, "the patch does not fit the repository");
  return {
    edits: outcomes.flatMap(({ outcome }) => editsOf(outcome)),
    placements: outcomes.flatMap(({ path, outcome }) =>
      outcome.placements.map((placement) => ({ path, ...placement })),
    ),
  };
}

function editsOf({ removes, puts }: Outcome): TreeEdit[] {
  const edits: TreeEdit[] = [];
  if (removes !== null && removes !== puts?.path) edits.push({ type: "delete", path: removes });
  if (puts) edits.push({ type: "data", ...puts });
  return edits;
}

interface Names {
  oldPath: string | null;
  newPath: string | null;
}

/** Throws `forbidden` or `invalid_input` for a name that leaves the repository or is none. */
function resolvePaths({ entries }: PatchTree, section: PatchSection): Names {
  const { oldPath, newPath, strip, line } = section;
  if (oldPath === null && newPath === null)
    throw new OutpostError("invalid_input", `line ${line} of the patch: a section names no file`);
  const without = (path: string | null) => (path === null ? null : path.slice(path.indexOf("/") + 1));
  const plain = (path: string | null) => (path === null ? null : parseFilePath(path).join("/"));
  if (strip === "one") return { oldPath: plain(without(oldPath)), newPath: plain(without(newPath)) };
  const isKnown = (path: string | null) => path !== null && entries.has(path);
  const asWritten = { oldPath: plain(oldPath), newPath: plain(newPath) };
  if (strip === "none") return asWritten;
  if (isKnown(oldPath) || isKnown(newPath)) return joinNames(asWritten, isKnown);
  const stripped = { oldPath: without(oldPath), newPath: without(newPath) };
  if (!isKnown(stripped.oldPath) && !isKnown(stripped.newPath)) return joinNames(asWritten, isKnown);
  return joinNames({ oldPath: plain(stripped.oldPath), newPath: plain(stripped.newPath) }, isKnown);
}

/** `diff -u x.orig x` names two files where one is meant: the one that is there. */
function joinNames(names: Names, isKnown: (path: string | null) => boolean): Names {
  const { oldPath, newPath } = names;
  if (oldPath === null || newPath === null || oldPath === newPath) return names;
  if (isKnown(oldPath) && isKnown(newPath)) return { oldPath: newPath, newPath };
  if (isKnown(newPath)) return { oldPath: newPath, newPath };
  return names;
}

async function planSection(
  tree: PatchTree,
  section: PatchSection,
  { oldPath, newPath }: Names,
  maxFileBytes: number,
): Promise<Outcome> {
  const entry = oldPath === null ? null : tree.entries.get(oldPath);
  if (oldPath !== null && !entry) throw new PathConflict("is not in the repository");
  const isNewlyNamed = newPath !== null && newPath !== oldPath;
  if (isNewlyNamed && oldPath !== null && !section.isRename)
    throw new PathConflict(`is named "${newPath}" afterwards, but the patch is no rename`);
  const before = entry ? await readText(tree, entry, maxFileBytes) : "";
  const placed = placeHunks(before.match(/[^\n]*\n|[^\n]+$/gu) ?? [], section.hunks);
  if (!placed.ok) {
    const current = (before.match(/[^\n]*\n|[^\n]+$/gu) ?? []).slice(
      placed.line - 1,
      placed.line - 1 + placed.wanted.length,
    );
    const show = (lines: string[]) =>
      lines.slice(0, 40).map((line) => Buffer.from(line.trimEnd().slice(0, 400), "latin1").toString());
    throw new PathConflict(`hunk ${placed.hunk} ${placed.reason}`, [
      { startLine: placed.line, base: show(placed.wanted), current: show(current), wanted: [] },
    ]);
  }
  const bytes = new Uint8Array(Buffer.from(placed.lines.join(""), "latin1"));
  const notes = placed.placements.filter(({ offset, fuzz, lineEndings }) => offset !== 0 || fuzz > 0 || lineEndings);
  if (newPath === null) {
    if (bytes.length > 0) throw new PathConflict("is deleted by the patch, which does not take all of its lines");
    return { removes: oldPath, puts: null, placements: notes };
  }
  if (bytes.length > maxFileBytes) throw tooLarge(newPath, bytes.length, maxFileBytes);
  if (bytes.includes(0)) throw new PathConflict("would hold NUL bytes; binary files are not taken");
  const mode = modeAfter(section, entry ?? null);
  if (mode === "120000") requireInside(newPath, bytes);
  return { removes: oldPath, puts: { path: newPath, mode, bytes }, placements: notes };
}

async function readText(tree: PatchTree, entry: TreeEntry, maxFileBytes: number): Promise<string> {
  if (entry.bytes > maxFileBytes) throw tooLarge(entry.path, entry.bytes, maxFileBytes);
  const bytes = await tree.read(entry);
  if (bytes.includes(0)) throw new PathConflict("is binary; binary files are not taken");
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function tooLarge(path: string, bytes: number, maxFileBytes: number): OutpostError {
  return new OutpostError(
    "limit_exceeded",
    `file "${path}" is ${bytes} bytes, over maxPatchFileBytes (${maxFileBytes})`,
  );
}

function modeAfter({ newMode, oldMode }: PatchSection, entry: TreeEntry | null): FileMode {
  for (const mode of [oldMode, newMode])
    if (mode !== null && !/^(?:100[0-7]{3}|120000)$/u.test(mode))
      throw new PathConflict(`has mode ${mode.slice(0, 10)}, which is no file's`);
  const mode = newMode === null ? (entry?.mode ?? "100644") : parseFileMode(newMode);
  if (entry && (entry.mode === "120000") !== (mode === "120000"))
    throw new PathConflict("turns into another kind of file");
  return mode;
}

/** By its words alone; apply looks again with what the checkout holds. */
function requireInside(path: string, target: Uint8Array): void {
  const text = Buffer.from(target).toString();
  let depth = parentsOf(path).length;
  for (const part of text.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) break;
  }
  if (text === "" || text.startsWith("/") || text.includes("\n") || depth < 0 || /(?:^|\/)\.git(?:\/|$)/iu.test(text))
    throw new PathConflict("is a symlink that leaves the repository");
}

/** What is at the path, above it or below it, and would have to go. */
function findObstacle(
  { entries, submodules }: PatchTree,
  path: string,
  removed: ReadonlySet<string>,
  outcomes: readonly { outcome: Outcome }[],
): string | null {
  const put = new Set(outcomes.flatMap(({ outcome }) => outcome.puts?.path ?? []));
  const own = outcomes.find(({ outcome }) => outcome.puts?.path === path)?.outcome;
  if (entries.has(path) && !removed.has(path) && own?.removes !== path)
    return "exists already, and the patch would add it";
  const above = parentsOf(path).find((parent) => (entries.has(parent) && !removed.has(parent)) || put.has(parent));
  if (above !== undefined) return `lies behind "${above}", which is no directory`;
  const submodule = [path, ...parentsOf(path)].find((other) => submodules.includes(other));
  if (submodule !== undefined) return `lies in the submodule "${submodule}"`;
  const isBelow = (other: string) => other.startsWith(`${path}/`);
  if (entries.has(path)) return null;
  for (const other of entries.keys())
    if (isBelow(other) && !removed.has(other)) return "is a directory in the repository";
  return null;
}

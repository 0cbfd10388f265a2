// A transition: which paths go from which version to which, and which directories come and go with them. Apply is one, revert is the same
// one reversed. Pure data; does not hold bytes, only their hashes.
import type { AppliedFile, FileMode } from "@outpost/protocol";
import type { Entry } from "../files/entry.ts";

/** What a path holds. `permissions` and `owner` say how to write it; whether a path still holds it is decided by hash and mode. */
export interface FileVersion {
  sha256: string;
  mode: FileMode;
  /** Null: the default of the process; always null for a symlink. */
  permissions: number | null;
  /** Null: the directory's. Only root can use it. */
  owner: { uid: number; gid: number } | null;
}

export interface FileStep {
  path: string;
  /** Null: absent. */
  before: FileVersion | null;
  after: FileVersion | null;
}

export interface DirectoryStep {
  path: string;
  /** Null: the default of the process. */
  permissions: number | null;
}

export interface Transition<Step extends FileStep = FileStep> {
  files: Step[];
  /** Directories that are absent before and needed after. */
  made: DirectoryStep[];
  /** Directories that are to go if the transition empties them. */
  removable: DirectoryStep[];
}

export function reverse<Step extends FileStep>(transition: Transition<Step>): Transition<Step> {
  return {
    files: transition.files.map((file) => ({ ...file, before: file.after, after: file.before })),
    made: transition.removable,
    removable: transition.made,
  };
}

export function modeOf(entry: Entry): FileMode | null {
  if (entry.kind === "symlink") return "120000";
  if (entry.kind !== "file") return null;
  return entry.permissions & 0o100 ? "100755" : "100644";
}

export function versionOf(entry: Entry): FileVersion | null {
  const mode = modeOf(entry);
  if (mode === null || (entry.kind !== "file" && entry.kind !== "symlink")) return null;
  const permissions = entry.kind === "file" ? entry.permissions : null;
  return { sha256: entry.sha256, mode, permissions, owner: { uid: entry.uid, gid: entry.gid } };
}

/** Whether the entry is the version; `directoryIsAbsent`: the path may be a directory of the other side. */
export function isVersion(entry: Entry, version: FileVersion | null, directoryIsAbsent: boolean): boolean {
  if (version === null) return entry.kind === "absent" || (directoryIsAbsent && entry.kind === "directory");
  const mode = modeOf(entry);
  return (
    mode === version.mode && (entry.kind === "file" || entry.kind === "symlink") && entry.sha256 === version.sha256
  );
}

export function toAppliedFiles(transition: Transition): AppliedFile[] {
  return transition.files.map(({ path, before, after }) => ({
    path,
    beforeHash: before?.sha256 ?? null,
    afterHash: after?.sha256 ?? null,
    beforeMode: before?.mode ?? null,
    afterMode: after?.mode ?? null,
  }));
}

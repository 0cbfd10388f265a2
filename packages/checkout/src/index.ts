export { type ApplyInput, applyChange, findApplied } from "./apply/apply-change.ts";
export { conflictError, PathConflict, toConflict } from "./apply/conflicts.ts";
export { listOwnDirectory, openOwnDirectory, removeDurably, saveDurably } from "./apply/durable-file.ts";
export { type ForgetUndoInput, forgetUndo } from "./apply/forget-undo.ts";
export { directoryOf, parentsOf } from "./apply/observation.ts";
export type { ReadBlob } from "./apply/plan-change.ts";
export { type RecoverInput, recoverJournals } from "./apply/recover-journals.ts";
export { renderPatch } from "./apply/render-patch.ts";
export { type RevertInput, revertChange } from "./apply/revert-change.ts";
export { areEqualBytes, type MergeResult, mergeThreeWay } from "./apply/three-way-merge.ts";
export { findUndoRecord, type UndoRecord } from "./apply/undo.ts";
export { collectWishes, type Side, type Wish } from "./apply/wishes.ts";
export {
  inheritedOwner,
  inside,
  makeDirectories,
  pathOfOpen,
  syncDirectory,
  type Walk,
  walkDirectories,
} from "./files/directory-walk.ts";
export { type Entry, type FileEntry, readEntry, sha256Of } from "./files/entry.ts";
export { readPlace } from "./files/read-place.ts";
export { listRealDirectory, readRealLink, withRealPlace } from "./files/real-place.ts";
export { isGitDirectoryName, parseDirectoryPath, parseFilePath } from "./files/relative-path.ts";
export {
  createFromStaged,
  createTemporaryName,
  isTemporaryName,
  removeStaged,
  replaceWithStaged,
  stageEntry,
} from "./files/staged-entry.ts";
export { systemErrorCode, toOutpostError } from "./files/system-error.ts";

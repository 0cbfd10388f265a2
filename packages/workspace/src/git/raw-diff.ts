// What changed between two trees, path by path, from `git diff-tree --raw -z`.
import { type ChangeFile, type FileMode, GitObjectId } from "@outpost/protocol";
import { decodeName } from "./fields.ts";
import { parseFileMode } from "./tree-listing.ts";

export type RawChange = Pick<
  ChangeFile,
  "path" | "oldPath" | "kind" | "oldMode" | "newMode" | "oldBlob" | "newBlob"
> & {
  /** Whether it went from file to symlink or back; git then prints two patches for it. */
  isTypeChange: boolean;
};

export interface RawDiff {
  /** In git's order; null for what a change cannot hold: submodules, names that are not UTF-8. */
  changes: (RawChange | null)[];
  /** Where the patch begins, if there is one. */
  end: number;
}

export const diffArguments = [
  "diff-tree",
  "-r",
  "-z",
  "--raw",
  "--no-abbrev",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--ignore-submodules=all",
  "--find-renames=50%",
] as const;

export function parseRawDiff(bytes: Buffer): RawDiff {
  const changes: RawDiff["changes"] = [];
  let at = 0;
  const nextField = () => {
    const end = bytes.indexOf(0, at);
    const field = bytes.subarray(at, end < 0 ? bytes.length : end);
    at = end < 0 ? bytes.length : end + 1;
    return field;
  };
  while (bytes[at] === 0x3a) {
    const header = nextField().toString("latin1").slice(1).split(" ");
    const first = decodeName(nextField());
    const isRename = header[4]?.startsWith("R") ?? false;
    const second = isRename ? decodeName(nextField()) : null;
    changes.push(toChange(header, first, isRename, second));
  }
  if (bytes[at] === 0) at++;
  return { changes, end: at };
}

function toChange(
  header: readonly string[],
  first: string | null,
  isRename: boolean,
  second: string | null,
): RawChange | null {
  const [oldModeText = "", newModeText = "", oldId = "", newId = "", status = ""] = header;
  if (oldModeText === "160000" || newModeText === "160000") return null;
  if (first === null || (isRename && second === null)) return null;
  return {
    path: second ?? first,
    oldPath: isRename ? first : null,
    kind: kindOf(status, oldId === newId),
    oldMode: modeOf(oldModeText),
    newMode: modeOf(newModeText),
    oldBlob: blobOf(oldId),
    newBlob: blobOf(newId),
    isTypeChange: status.startsWith("T"),
  };
}

function kindOf(status: string, sameBytes: boolean): ChangeFile["kind"] {
  if (status.startsWith("A")) return "added";
  if (status.startsWith("D")) return "deleted";
  if (status.startsWith("R")) return "renamed";
  return sameBytes && status.startsWith("M") ? "mode" : "modified";
}

function modeOf(text: string): FileMode | null {
  return text === "000000" ? null : parseFileMode(text);
}

function blobOf(id: string): GitObjectId | null {
  return /^0+$/.test(id) ? null : GitObjectId.parse(id);
}

// Which paths of a worktree may differ from its index: one git process that reads stat data, ignore rules, and little else.
// Does not know contents. Nothing in the worktree is executed or followed.
import { realpathSync } from "node:fs";
import { isTemporaryName, listRealDirectory } from "@outpost/checkout";
import { decodeName, describeName, splitFields } from "../git/fields.ts";
import type { Mirror } from "../mirror/mirror.ts";
import type { WorktreePlace } from "./worktree-place.ts";

export interface ChangeScan {
  /** Path → whether the index has it. */
  paths: Map<string, boolean>;
  leftOut: LeftOut[];
}

/** A path that is in the worktree and not in what is recorded of it. */
export interface LeftOut {
  path: string;
  reason: string;
}

/** Files taken from one repository that was made inside the worktree. */
const MAX_NESTED_FILES = 2_000;

export async function scanChanges(
  mirror: Mirror,
  place: WorktreePlace,
  whyNotRecorded: (path: string) => string | null = () => null,
): Promise<ChangeScan> {
  const output = await mirror.run({
    args: ["ls-files", "-z", "-t", "--modified", "--deleted", "--others", "--exclude-standard"],
    workTree: place.root,
    index: place.index,
    readable: [place.root, place.stateDirectory],
  });
  const scan: ChangeScan = { paths: new Map(), leftOut: [] };
  for (const field of splitFields(output.bytes)) {
    const isTracked = field[0] !== 0x3f;
    const path = decodeName(field.subarray(2));
    if (path === null) {
      scan.leftOut.push({ path: describeName(field.subarray(2)), reason: "the name is not UTF-8" });
    } else if (isTemporaryName(path.slice(path.lastIndexOf("/") + 1))) continue;
    else if (path.endsWith("/")) addNested(place.root, path.slice(0, -1), scan);
    else scan.paths.set(path, isTracked || (scan.paths.get(path) ?? false));
  }
  for (const path of [...scan.paths.keys()]) {
    const reason = whyNotRecorded(path);
    if (reason === null) continue;
    scan.paths.delete(path);
    scan.leftOut.push({ path, reason });
  }
  return scan;
}

/** A repository inside the worktree counts as plain files: git would see a submodule and lose them. */
function addNested(root: string, directory: string, scan: ChangeScan): void {
  const realRoot = realpathSync(root);
  const pending = [directory];
  const found: string[] = [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of listRealDirectory(realRoot, next) ?? []) {
      if (entry.name === ".git") continue;
      if (entry.isDirectory()) pending.push(`${next}/${entry.name}`);
      else if (!entry.name.includes("\ufffd")) found.push(`${next}/${entry.name}`);
    }
    if (found.length > MAX_NESTED_FILES) {
      scan.leftOut.push({ path: directory, reason: `a repository with more than ${MAX_NESTED_FILES} files` });
      return;
    }
  }
  for (const path of found) scan.paths.set(path, false);
}

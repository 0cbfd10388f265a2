// For tests: trees as records, changes made from two of them, and what a checkout holds as a record to compare.
import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Change, ChangeFile, FileMode, GitObjectId, TaskId } from "@outpost/protocol";
import type { ApplyInput } from "./apply-change.ts";

export interface TreeFile {
  /** Latin-1 text: any bytes. Of a symlink: its target. */
  text: string;
  mode?: FileMode;
}
export type Tree = Record<string, TreeFile | string>;

export const fileOf = (entry: TreeFile | string): Required<TreeFile> =>
  typeof entry === "string" ? { text: entry, mode: "100644" } : { mode: "100644", ...entry };
export const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

export async function writeTree(root: string, tree: Tree): Promise<void> {
  for (const [path, entry] of Object.entries(tree)) {
    const { text, mode } = fileOf(entry);
    await mkdir(dirname(join(root, path)), { recursive: true });
    if (mode === "120000") await symlink(text, join(root, path));
    else {
      await writeFile(join(root, path), bytesOf(text));
      await chmod(join(root, path), mode === "100755" ? 0o755 : 0o644);
    }
  }
}

/** Everything below a directory, bytes and permissions, directories included. */
export async function readTree(root: string, below = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(join(root, below))).sort()) {
    const path = below === "" ? name : `${below}/${name}`;
    const info = await lstat(join(root, path));
    const bits = (info.mode & 0o777).toString(8);
    if (info.isSymbolicLink()) found[path] = `link ${await readlink(join(root, path))}`;
    else if (info.isDirectory()) Object.assign(found, { [path]: `directory ${bits}` }, await readTree(root, path));
    else found[path] = `${bits} ${(await readFile(join(root, path))).toString("latin1")}`;
  }
  return found;
}

export function blobId(text: string): GitObjectId {
  const bytes = bytesOf(text);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex") as GitObjectId;
}

function changeFile(path: string, old: TreeFile | string | undefined, next: TreeFile | string | undefined): ChangeFile {
  const [before, after] = [old === undefined ? null : fileOf(old), next === undefined ? null : fileOf(next)];
  const kind = !before ? "added" : !after ? "deleted" : before.text === after.text ? "mode" : "modified";
  return {
    path,
    oldPath: null,
    kind,
    oldMode: before?.mode ?? null,
    newMode: after?.mode ?? null,
    oldBlob: before ? blobId(before.text) : null,
    newBlob: after ? blobId(after.text) : null,
    binary: [before, after].some((side) => side?.text.includes("\0") ?? false),
    language: "",
    addedLines: 0,
    removedLines: 0,
    hunks: [],
  };
}

/** `renames`: old → new path, both ends of which must be in the trees. */
function changeBetween(
  base: Tree,
  next: Tree,
  renames: Record<string, string> = {},
): { change: Change; blobs: Map<string, string> } {
  const blobs = new Map<string, string>();
  for (const entry of [...Object.values(base), ...Object.values(next)])
    blobs.set(blobId(fileOf(entry).text), fileOf(entry).text);
  const files: ChangeFile[] = [];
  const handled = new Set<string>();
  for (const [oldPath, path] of Object.entries(renames)) {
    files.push({ ...changeFile(path, base[oldPath], next[path]), kind: "renamed", oldPath });
    handled.add(path);
    if (next[oldPath] === undefined) handled.add(oldPath);
  }
  for (const path of [...new Set([...Object.keys(base), ...Object.keys(next)])].sort()) {
    const [old, now] = [base[path], next[path]];
    if (handled.has(path) || (old && now && JSON.stringify(fileOf(old)) === JSON.stringify(fileOf(now)))) continue;
    if (Object.hasOwn(renames, path)) files.push(changeFile(path, undefined, now));
    else files.push(changeFile(path, old, now));
  }
  const change: Change = {
    taskId: `tsk_${"0".repeat(22)}` as TaskId,
    revision: 1,
    baseCommit: "1".repeat(40) as GitObjectId,
    tree: "2".repeat(40) as GitObjectId,
    applyTarget: "checkout",
    summary: "",
    files,
    addedLines: 0,
    removedLines: 0,
    tests: [],
  };
  return { change, blobs };
}

export interface Place {
  base: string;
  checkoutRoot: string;
  undoDirectory: string;
  journalDirectory: string;
}

/** A temporary folder with a checkout that holds `tree`; `remove` it afterwards. */
export async function createPlace(tree: Tree): Promise<Place & { remove: () => Promise<void> }> {
  const base = await mkdtemp(join(tmpdir(), "outpost-apply-"));
  const checkoutRoot = join(base, "checkout");
  await mkdir(checkoutRoot);
  await writeTree(checkoutRoot, tree);
  const remove = () => rm(base, { recursive: true, force: true });
  return { base, checkoutRoot, undoDirectory: join(base, "undo"), journalDirectory: join(base, "journal"), remove };
}

export function applyInput(place: Place, base: Tree, next: Tree, renames: Record<string, string> = {}): ApplyInput {
  const { change, blobs } = changeBetween(base, next, renames);
  const readBlob = async (id: GitObjectId) => {
    const text = blobs.get(id);
    if (text === undefined) throw new Error(`no blob ${id}`);
    return bytesOf(text);
  };
  const { checkoutRoot, undoDirectory, journalDirectory } = place;
  return { checkoutRoot, undoDirectory, journalDirectory, change, readBlob, nowMs: () => 1_700_000_000_000 };
}

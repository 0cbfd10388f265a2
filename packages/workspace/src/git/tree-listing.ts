// What a commit's tree holds, from `ls-tree`: paths, modes, blob ids and sizes; submodules and unreadable names apart.
import type { FileMode } from "@outpost/protocol";
import type { Mirror } from "../mirror/mirror.ts";
import { decodeName, describeName, splitFields } from "./fields.ts";

export interface TreeEntry {
  path: string;
  mode: FileMode;
  blob: string;
  bytes: number;
}

export interface TreeListing {
  /** Sorted as git sorts them: by bytes. */
  entries: TreeEntry[];
  submodules: string[];
  /** Names that are not UTF-8, shown as well as can be. */
  unreadableNames: string[];
}

/** Rejects with `limit_exceeded` for a listing over 256 MB. */
export async function listTree(mirror: Mirror, treeish: string, signal?: AbortSignal): Promise<TreeListing> {
  const output = await mirror.run({
    args: ["ls-tree", "-r", "-z", "-l", "--full-tree", treeish],
    maxOutputBytes: 256_000_000,
    signal,
  });
  const listing: TreeListing = { entries: [], submodules: [], unreadableNames: [] };
  for (const field of splitFields(output.bytes)) {
    const tab = field.indexOf(9);
    const [mode = "", type, blob = "", size] = field.subarray(0, tab).toString("latin1").split(/ +/);
    const name = field.subarray(tab + 1);
    const path = decodeName(name);
    if (type === "commit") listing.submodules.push(describeName(name));
    else if (path === null) listing.unreadableNames.push(describeName(name));
    else listing.entries.push({ path, mode: parseFileMode(mode), blob, bytes: Number(size) });
  }
  return listing;
}

/** Old repositories hold modes like 100664; git itself treats them by their executable bit. */
export function parseFileMode(mode: string): FileMode {
  if (mode === "120000") return "120000";
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? "100644" : "100755";
}

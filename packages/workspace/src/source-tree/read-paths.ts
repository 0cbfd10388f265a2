// What a few paths of a source hold, without listing the whole: git says which of them belong to a checkout, where the last listing did not,
// their names and what marks a directory which belong to a plain folder, and the disk what is in them.
// Answers nothing where that would need more than the paths themselves; whoever asks lists the whole then.
import { fstatSync, lstatSync, readFileSync, type Stats } from "node:fs";
import { basename, join } from "node:path";
import { systemErrorCode, withRealPlace } from "@outpost/checkout";
import type { LastListing, SourceTree } from "@outpost/retrieval";
import { decodeName } from "../git/fields.ts";
import type { GitRunner } from "../git/git-runner.ts";
import { parseTaggedListing } from "../git/tagged-listing.ts";
import type { GitSource } from "../mirror/source-location.ts";
import { isMarker, isWalked } from "./folder-walk.ts";

/** What says of other paths whether they belong to the checkout. */
const rules: ReadonlySet<string> = new Set([".gitignore", ".gitmodules"]);
/** What is larger is left to a listing, which knows from its size that it is not read. */
const maxBytes = 4_000_000;

type Contents = NonNullable<Awaited<ReturnType<NonNullable<SourceTree["readPaths"]>>>>;

interface PathsOfGit {
  paths: readonly string[];
  /** Those that are known to belong to the checkout. */
  listed: LastListing["listed"];
  signal?: AbortSignal | undefined;
}

export async function readPathsOfGit(
  git: GitRunner,
  source: GitSource,
  { paths, listed, signal }: PathsOfGit,
): Promise<Contents | null> {
  if (paths.some((path) => path.startsWith(".git/") || rules.has(basename(path)))) return null;
  const unknown = paths.filter((path) => !listed.has(path));
  const added = unknown.length === 0 ? new Set<string>() : await listPaths(git, source, unknown, signal);
  return added === null ? null : readAll(source.root, paths, (path) => listed.has(path) || added.has(path));
}

/** Those of the paths that belong to the checkout. */
async function listPaths(
  git: GitRunner,
  { root, gitDir, gitDirectories }: GitSource,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Set<string> | null> {
  const output = await git.run({
    args: ["ls-files", "-z", "-t", "--stage", "--others", "--cached", "--exclude-standard", "--", ...paths],
    gitDir,
    workTree: root,
    readable: [root, ...gitDirectories],
    signal,
  });
  if (output.errorText !== "") return null;
  const listed = new Set<string>();
  for (const { tag, isSubmodule, name } of parseTaggedListing(output.bytes)) {
    const path = decodeName(name);
    if (path === null || isSubmodule || tag === "S" || path.endsWith("/")) return null;
    listed.add(path);
  }
  return listed;
}

/** `root`: without symlinks, as `locateSource` gives it. */
export function readPathsOfFolder(root: string, paths: readonly string[]): Contents | null {
  if (paths.some((path) => isMarker(path) || path.includes("\ufffd"))) return null;
  try {
    return readAll(root, paths, (path) => isWalked(root, path));
  } catch (error) {
    // A directory that is closed to us is told of by a listing.
    if (systemErrorCode(error) === undefined) throw error;
    return null;
  }
}

function readAll(root: string, paths: readonly string[], isListed: (path: string) => boolean): Contents | null {
  const contents: Contents = [];
  for (const path of paths) {
    const content = readFile(root, path);
    if (content === undefined) return null;
    contents.push({ path, content: content !== null && isListed(path) ? content : null });
  }
  return contents;
}

/** Null where nothing is, undefined for what only a listing knows how to name. */
function readFile(root: string, path: string): Uint8Array | null | undefined {
  const found = findAt(root, path);
  if (found === undefined) return null;
  if (!found?.isFile() || found.size > maxBytes) return undefined;
  const read = withRealPlace(root, path, "file", (descriptor) => {
    const opened = fstatSync(descriptor);
    return opened.isFile() && opened.size <= maxBytes ? new Uint8Array(readFileSync(descriptor)) : undefined;
  });
  return read ?? undefined;
}

/** Undefined where nothing is; null where what held it is no directory any more. */
function findAt(root: string, path: string): Stats | null | undefined {
  try {
    return lstatSync(join(root, path), { throwIfNoEntry: false });
  } catch (error) {
    if (systemErrorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}

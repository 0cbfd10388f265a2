// Whether a symlink that a change wants stays inside the checkout, resolved step by step as the system would, over the tree as it will be.
// Covered: absolute targets, "..", chains, other symlinks of the change and of the checkout, git directories. Not covered: symlinks that
// the user redirects later.
import { isUtf8 } from "node:buffer";
import { isGitDirectoryName } from "../files/relative-path.ts";
import { observe } from "./observation.ts";
import { modeOf } from "./transition.ts";

const MAX_EXPANSIONS = 40;
const MAX_TARGET_BYTES = 4095;

/** The target of the symlink that a path will be; null when it will be none; undefined: as it is now. */
export type FutureSymlink = (path: string) => string | null | undefined;

async function symlinkAt(root: string, path: string, future: FutureSymlink): Promise<string | null> {
  const planned = future(path);
  if (planned !== undefined) return planned;
  const { entry } = await observe(root, path);
  return modeOf(entry) === "120000" && entry.kind === "symlink" ? decode(entry.bytes) : null;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** Why a target cannot even be followed; null when it can. */
function findMalformed(target: Uint8Array): string | null {
  if (target.length === 0 || target.length > MAX_TARGET_BYTES) return "is a symlink with an empty or overlong target";
  if (!isUtf8(target) || target.includes(0)) return "is a symlink whose target is no text";
  return target[0] === 0x2f ? "is a symlink with an absolute target, which leaves the checkout" : null;
}

/** Null when it stays inside; otherwise why not. `path`: of the symlink itself, whose parents are real directories. */
export async function findEscape(
  root: string,
  path: string,
  target: Uint8Array,
  future: FutureSymlink,
): Promise<string | null> {
  const malformed = findMalformed(target);
  if (malformed) return malformed;
  const resolved = path.split("/").slice(0, -1);
  let pending = decode(target).split("/");
  for (let expansions = 0; pending.length > 0; ) {
    const [part = "", ...rest] = pending;
    pending = rest;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (resolved.pop() === undefined) return "is a symlink whose target leaves the checkout";
      continue;
    }
    if (isGitDirectoryName(part)) return "is a symlink into a git directory";
    resolved.push(part);
    const next = await symlinkAt(root, resolved.join("/"), future);
    if (next === null) continue;
    if (next.startsWith("/")) return `is a symlink that leaves the checkout through "${resolved.join("/")}"`;
    if (++expansions > MAX_EXPANSIONS) return "is a symlink that leads in a circle";
    resolved.pop();
    pending = [...next.split("/"), ...pending];
  }
  return null;
}

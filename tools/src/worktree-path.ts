// Paths as models write them → relative to the worktree's root. Whether a path may be touched is the worktree's to say.
import type { Worktree } from "@outpost/core";

/** `./a//b/` → `a/b`; the root itself → "."; an absolute path below the worktree's root loses it; all else stays as it is. */
export function relativePath(path: string, worktree: Pick<Worktree, "root">): string {
  const root = worktree.root.replace(/\/+$/, "");
  const isInside = path === root || path.startsWith(`${root}/`);
  const parts = (isInside ? path.slice(root.length + 1) : path).split("/");
  const isAbsolute = parts.length > 1 && parts[0] === "";
  const plain = parts.filter((part) => part !== "" && part !== ".").join("/");
  return isAbsolute ? `/${plain}` : plain || ".";
}

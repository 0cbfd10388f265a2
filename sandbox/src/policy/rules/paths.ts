// Where a path that an argument names leads: by its text alone, as the command would see it from its directory.
// Not covered: links. What they lead to is what the sandbox shows, and that holds no file of the host and no denied one.
import { posix } from "node:path";

/** The worktree as commands see it. */
export const insideRoot = "/work";

export type PathPlace =
  /** `path` is relative to the root; "." is the root itself. */
  | { where: "inside"; path: string }
  /** The null device: reads and writes nothing. */
  | { where: "null" }
  /** The root's parent, "/" or another folder that holds it. */
  | { where: "above" }
  | { where: "outside" }
  /** An address, a home directory, something a program reads in its own way. */
  | { where: "unclear" };

/** `cwd`: relative to the root. */
export function placePath(text: string, cwd: string): PathPlace {
  if (text === "/dev/null") return { where: "null" };
  if (text === "" || /[\0-\x1f\x7f\\]|^[~@+:&]|^[a-z][a-z0-9+.-]*:|[$`;|&<>]/i.test(text)) return { where: "unclear" };
  // A pattern that the program itself fills in may hide where it leads.
  if (/[*?[\]{}]/.test(text) && (text.startsWith("/") || text.includes(".."))) return { where: "unclear" };
  const absolute = text.startsWith("/") ? posix.normalize(text) : posix.join(insideRoot, cwd, text);
  const trimmed = absolute.length > 1 ? absolute.replace(/\/+$/, "") : absolute;
  if (trimmed === insideRoot) return { where: "inside", path: "." };
  if (trimmed.startsWith(`${insideRoot}/`)) return { where: "inside", path: trimmed.slice(insideRoot.length + 1) };
  return { where: trimmed === "/" || insideRoot.startsWith(`${trimmed}/`) ? "above" : "outside" };
}

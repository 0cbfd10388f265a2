// Questions about absolute paths as text. Does not look at the disk.
import { isAbsolute, normalize } from "node:path";

export function isNormalAbsolute(path: string): boolean {
  return isAbsolute(path) && !path.includes("\0") && normalize(path) === path && (path === "/" || !path.endsWith("/"));
}

/** Strictly below. */
export function isBelow(path: string, directory: string): boolean {
  return path !== directory && path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

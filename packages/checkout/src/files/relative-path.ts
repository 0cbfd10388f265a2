// The only parser of paths that come from a model, a change or a journal: relative text → parts, or `forbidden`.
// Does not know the disk: symlinks are the walk's affair. Invariant: parts hold no "..", no separator, no NUL, and never name a git directory.
import { OutpostError } from "@outpost/protocol";

const MAX_PATH_BYTES = 4095;
const MAX_NAME_BYTES = 255;

function refuse(path: string, why: string): never {
  const shown = JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
  throw new OutpostError("forbidden", `path ${shown} ${why}; give a path relative to the root, like "src/main.py"`);
}

/**
 * Whether some file system or git itself would take the name for `.git`: case, compatibility characters, invisible characters,
 * trailing dots and spaces, NTFS streams and short names. A backslash counts as a separator here, for checkouts that Windows sees too.
 */
export function isGitDirectoryName(name: string): boolean {
  return name.split("\\").some((piece) => {
    const plain = piece
      .normalize("NFKC")
      .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, "")
      .toLowerCase()
      .replace(/:.*$/su, "")
      .replace(/[. ]+$/u, "");
    return plain === ".git" || /^git~\d+$/u.test(plain);
  });
}

function parseParts(path: string, parts: string[]): string[] {
  if (path.includes("\0")) refuse(path, "holds a NUL byte");
  if (/\p{Surrogate}/u.test(path)) refuse(path, "is not valid Unicode");
  if (path.startsWith("/")) refuse(path, "is absolute");
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) refuse(path, `is longer than ${MAX_PATH_BYTES} bytes`);
  for (const part of parts) {
    if (part === "") refuse(path, "has an empty part");
    if (part === "..") refuse(path, 'goes up with ".."');
    if (isGitDirectoryName(part)) refuse(path, "leads into a git directory, which is not for reading or writing");
    if (Buffer.byteLength(part) > MAX_NAME_BYTES) refuse(path, `has a name longer than ${MAX_NAME_BYTES} bytes`);
  }
  return parts;
}

/** Parts of a file's path. A leading "./" is dropped. Rejects with `forbidden`. */
export function parseFilePath(path: string): string[] {
  if (path === "") refuse(path, "is empty");
  const parts = parseParts(path, path.replace(/^(?:\.\/)+/u, "").split("/"));
  if (parts.includes(".")) refuse(path, 'has a part that is "."');
  return parts;
}

/** Parts of a directory's path: as for files, and "", "." and a trailing "/" are fine; none for the root. */
export function parseDirectoryPath(path: string): string[] {
  if (path === "" || path === "." || path === "./") return [];
  return parseFilePath(path.replace(/([^/])\/$/u, "$1"));
}

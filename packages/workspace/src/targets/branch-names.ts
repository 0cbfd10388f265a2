// Which names a branch may have, and which of them a pattern protects. Pure.
// Covered: whatever git itself would read in a name (refspecs, options, revisions, other kinds of refs), and spellings that a file system or an
// eye takes for a protected one: case, width, marks that nobody sees. Not covered: letters of other alphabets that look alike.
import { OutpostError } from "@outpost/protocol";

const MAX_CHARACTERS = 200;
/** What git reads as something else: HEAD, and other places where a short name is looked for. */
const meaningful = /^(?:HEAD|@|[-+].*|(?:refs|heads|tags|remotes)\/.*)$/u;
/** What `git check-ref-format` refuses in a whole name. */
const refused = /\.\.|@\{|\/\/|[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}~^:?*[\\]/u;
/** And in one part of it. */
const refusedPart = /^(?:|\..*|.*\.|.*\.lock)$/iu;

export function isBranchName(name: string): boolean {
  return (
    name.length <= MAX_CHARACTERS &&
    !meaningful.test(name) &&
    !refused.test(name) &&
    !name.split("/").some((part) => refusedPart.test(part))
  );
}

/** Throws `invalid_input`. */
export function requireBranchName(name: string): void {
  if (isBranchName(name)) return;
  const shown = JSON.stringify(name.slice(0, MAX_CHARACTERS));
  throw new OutpostError("invalid_input", `${shown} is no name for a branch; give one like "fix/login"`);
}

/** `*` stands for anything. */
export function fitsBranch(pattern: string, name: string): boolean {
  const source = folded(pattern)
    .split("*")
    .map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/gu, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`, "su").test(folded(name));
}

/** The same for all that some file system takes for the same. */
function folded(name: string): string {
  return name
    .normalize("NFKC")
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
    .toUpperCase()
    .toLowerCase();
}

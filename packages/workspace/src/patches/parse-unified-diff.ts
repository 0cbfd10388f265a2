// The text of a unified diff, from git or from `diff -u`, as sections per file. Bytes are read as latin-1, so that every encoding comes out
// as it went in; paths are UTF-8 or refused. Text around the sections (a mail, a commit message) is ignored.
// Pure; does not know a repository. Refuses what it cannot carry out exactly: binary patches, copies, broken hunks.
import { OutpostError } from "@outpost/protocol";
import { type PatchHunk, readHunk } from "./read-hunk.ts";

export interface PatchSection {
  /** As written, unquoted; null: /dev/null. Whether a first part (a/, b/) is to be taken off is in `strip`. */
  oldPath: string | null;
  newPath: string | null;
  /** `one`: paths begin with a/ and b/; `unknown`: not said, look at what is there. */
  strip: "one" | "unknown" | "none";
  /** Octal, as written. */
  oldMode: string | null;
  newMode: string | null;
  isRename: boolean;
  hunks: PatchHunk[];
  /** 1-based line of the patch where it begins. */
  line: number;
}

const MAX_SECTIONS = 2_000;

interface Cursor {
  lines: string[];
  at: number;
}

/** Rejects (throws) with `invalid_input` that names the line. */
export function parseUnifiedDiff(bytes: Uint8Array): PatchSection[] {
  const cursor: Cursor = { lines: splitLines(bytes), at: 0 };
  const sections: PatchSection[] = [];
  while (cursor.at < cursor.lines.length) {
    const section = readSection(cursor);
    if (section === null) cursor.at++;
    else sections.push(section);
    if (sections.length > MAX_SECTIONS)
      throw refuse(cursor.at, `the patch has more than ${MAX_SECTIONS} files; split it`);
  }
  if (sections.length === 0)
    throw new OutpostError("invalid_input", "the text holds no unified diff; make one with git diff, or diff -u");
  return sections;
}

export function refuse(at: number, what: string): OutpostError {
  return new OutpostError("invalid_input", `line ${at + 1} of the patch: ${what}`, { details: { line: at + 1 } });
}

/** A patch whose own lines end in CRLF came through something that changed line ends. */
function splitLines(bytes: Uint8Array): string[] {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1").split("\n");
  if (lines.at(-1) === "") lines.pop();
  const isConverted = lines.some((line) => /^(?:@@ .* @@.*|\+\+\+ .*)\r$/u.test(line));
  return isConverted ? lines.map((line) => line.replace(/\r$/u, "")) : lines;
}

function readSection(cursor: Cursor): PatchSection | null {
  const line = cursor.lines[cursor.at] ?? "";
  if (line.startsWith("diff --git ")) return readGitSection(cursor);
  const next = cursor.lines[cursor.at + 1] ?? "";
  const after = cursor.lines[cursor.at + 2] ?? "";
  if (line.startsWith("--- ") && next.startsWith("+++ ") && after.startsWith("@@ ")) return readPlainSection(cursor);
  if (line.startsWith("@@ ") && /^@@ -\d/u.test(line)) throw refuse(cursor.at, "a hunk without the names of its file");
  return null;
}

function empty(line: number): PatchSection {
  return {
    oldPath: null,
    newPath: null,
    strip: "unknown",
    oldMode: null,
    newMode: null,
    isRename: false,
    hunks: [],
    line,
  };
}

function readPlainSection(cursor: Cursor): PatchSection {
  const section = empty(cursor.at + 1);
  section.oldPath = pathOf(cursor, "--- ");
  section.newPath = pathOf(cursor, "+++ ");
  const isPrefixed = (path: string | null, prefix: string) => path === null || path.startsWith(prefix);
  if (isPrefixed(section.oldPath, "a/") && isPrefixed(section.newPath, "b/")) section.strip = "one";
  return withHunks(cursor, section);
}

function readGitSection(cursor: Cursor): PatchSection {
  const start = cursor.at;
  const section = { ...empty(start + 1), strip: "one" as PatchSection["strip"] };
  const names = namesOf(cursor.lines[start]?.slice("diff --git ".length) ?? "", start);
  let [isAdded, isDeleted, isNamed] = [false, false, false];
  cursor.at++;
  for (; cursor.at < cursor.lines.length; cursor.at++) {
    const line = cursor.lines[cursor.at] ?? "";
    const value = (prefix: string) => (line.startsWith(prefix) ? line.slice(prefix.length) : null);
    if (line.startsWith("GIT binary patch") || /^Binary files .* differ$/u.test(line))
      throw refuse(cursor.at, "binary patches are not taken");
    if (value("copy from ") !== null || value("copy to ") !== null)
      throw refuse(cursor.at, "copies are not taken; give the new file whole");
    const rename = value("rename from ") ?? value("rename to ");
    if (rename !== null) {
      section.isRename = true;
      section.strip = "none";
      if (line.startsWith("rename from ")) section.oldPath = unquote(rename, cursor.at);
      else section.newPath = unquote(rename, cursor.at);
    } else if (value("old mode ")) section.oldMode = value("old mode ");
    else if (value("new mode ")) section.newMode = value("new mode ");
    else if (value("new file mode ")) [section.newMode, isAdded] = [value("new file mode "), true];
    else if (value("deleted file mode ")) [section.oldMode, isDeleted] = [value("deleted file mode "), true];
    else if (!/^(?:index |similarity index |dissimilarity index )/u.test(line)) break;
  }
  if (cursor.lines[cursor.at]?.startsWith("--- ") && cursor.lines[cursor.at + 1]?.startsWith("+++ ")) {
    const [oldPath, newPath] = [pathOf(cursor, "--- "), pathOf(cursor, "+++ ")];
    isNamed = true;
    if (!section.isRename) Object.assign(section, { oldPath, newPath });
  }
  if (!isNamed && !section.isRename) Object.assign(section, names);
  if (isAdded) section.oldPath = null;
  if (isDeleted) section.newPath = null;
  return withHunks(cursor, section);
}

function withHunks(cursor: Cursor, section: PatchSection): PatchSection {
  while (/^@@ -\d/u.test(cursor.lines[cursor.at] ?? "")) {
    const { hunk, next } = readHunk(cursor.lines, cursor.at);
    section.hunks.push(hunk);
    cursor.at = next;
  }
  return section;
}

/** Takes a `---` or `+++` line: the name, without the time that `diff` puts behind a tab. */
function pathOf(cursor: Cursor, prefix: string): string | null {
  const text = (cursor.lines[cursor.at] ?? "").slice(prefix.length);
  const name = text.startsWith('"') ? text : (text.split("\t")[0] ?? "");
  const path = unquote(name, cursor.at);
  cursor.at++;
  return path === "/dev/null" ? null : path;
}

/** `a/x b/x`: of unquoted names with spaces only equal ones can be told apart. */
function namesOf(text: string, at: number): { oldPath: string; newPath: string } {
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/u.exec(text);
  if (quoted?.[1] && quoted[2]) return { oldPath: unquote(quoted[1], at), newPath: unquote(quoted[2], at) };
  const half = (text.length - 1) / 2;
  const [first, second] = [text.slice(0, half), text.slice(half + 1)];
  if (first.startsWith("a/") && second.startsWith("b/") && first.slice(2) === second.slice(2))
    return { oldPath: unquote(first, at), newPath: unquote(second, at) };
  return { oldPath: "", newPath: "" };
}

const escapes: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, "\\": 92 };

/** Git's quotes taken off, the bytes read as UTF-8. */
function unquote(name: string, at: number): string {
  const plain = /^"((?:[^"\\]|\\.)*)"\s*$/u.exec(name)?.[1];
  const bytes =
    plain === undefined
      ? name
      : plain.replace(/\\([0-7]{3}|.)/gu, (_, code: string) =>
          String.fromCharCode(
            /^[0-7]{3}$/u.test(code) ? Number.parseInt(code, 8) & 255 : (escapes[code] ?? code.charCodeAt(0)),
          ),
        );
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, "latin1"));
  } catch {
    throw refuse(at, "the name of a file is not UTF-8");
  }
}

// Paths as git writes them in a patch: plain, or in double quotes with C escapes and octal bytes.
// Does not know which paths are allowed.

const escapes: Record<string, string> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

/** Quotes where git does with its defaults: control characters, quotes, backslashes and everything beyond ASCII. */
export function quotePath(path: string): string {
  if (/^[\x20-\x7e]*$/u.test(path) && !/["\\]/u.test(path)) return path;
  let quoted = "";
  for (const byte of Buffer.from(path)) {
    const character = String.fromCharCode(byte);
    const plain = byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, "0")}`;
    quoted += escapes[character] ?? plain;
  }
  return `"${quoted}"`;
}

/** For the `---` and `+++` lines: a path with a space needs a tab to show where it ends. */
export function headerPath(path: string): string {
  const quoted = quotePath(path);
  return quoted.includes(" ") && !quoted.startsWith('"') ? `${quoted}\t` : quoted;
}

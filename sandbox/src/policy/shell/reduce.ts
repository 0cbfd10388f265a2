// A shell line to plain lists of arguments, where two readers that do not know each other agree on them.
import { type PlainLine, readPlainLine } from "./plain-line.ts";
import type { ReadShellTree } from "./second-opinion.ts";

export interface Reduction {
  line: PlainLine;
  /** Literal commands that are in it somewhere, plain or not. */
  found: string[][];
}

export function reduceShellLine(text: string, readTree: ReadShellTree): Reduction {
  const line = readPlainLine(text);
  // Native code sees no text that is longer or stranger than need be.
  if (text.length > maxTreeCharacters || /[^\t\n -~\u00a0-\uffff]/.test(text))
    return { line: asNotPlain(line), found: [] };
  const tree = readTree(text);
  if (!line.plain) return { line, found: tree.found };
  const expected = line.commands.map(({ assignments, argv }) => [
    ...assignments.map(({ name, value }) => `${name}=${value}`),
    ...argv,
  ]);
  const agrees = tree.literal !== null && JSON.stringify(tree.literal) === JSON.stringify(expected);
  return { line: agrees ? line : { plain: false, why: "is read differently by two parsers" }, found: tree.found };
}

const maxTreeCharacters = 8_000;

function asNotPlain(line: PlainLine): PlainLine {
  return line.plain ? { plain: false, why: "is too long or has control characters" } : line;
}

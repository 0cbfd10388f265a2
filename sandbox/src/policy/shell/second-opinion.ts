// What tree-sitter-bash makes of a shell line: the words of its commands, or nothing where it sees anything but literal words.
// Knows nothing of what is allowed. Where its tree and `plain-line.ts` differ, the line is not plain.
import { loadShellParser, type ParseShell, type ShellNode } from "./shell-parser.ts";

export interface ShellTree {
  /** Null: the tree holds an error or something that is no literal word. Words of each command, assignments included, in order. */
  literal: string[][] | null;
  /** Every command in it whose words are all literal, also where the rest is not: for what must be denied wherever it stands. */
  found: string[][];
}

export type ReadShellTree = (line: string) => ShellTree;

const joiners = new Set(["program", "list", "pipeline", "redirected_statement", "file_redirect", "file_descriptor"]);
const maxDepth = 200;

/** Rejects when the grammar does not load. */
export async function loadShellTreeReader(load: () => Promise<ParseShell> = loadShellParser): Promise<ReadShellTree> {
  const parse = await load();
  return (line) => {
    const root = parse(line);
    if (!root) return { literal: null, found: [] };
    const visit: Visit = { commands: [], isLiteral: !root.hasError };
    walk(root, visit, 0);
    return { literal: visit.isLiteral ? visit.commands : null, found: visit.commands };
  };
}

interface Visit {
  commands: string[][];
  isLiteral: boolean;
}

function walk(node: ShellNode, visit: Visit, depth: number): void {
  if (node.type === "command") {
    const words = readCommandWords(node);
    if (words) visit.commands.push(words);
    else visit.isLiteral = false;
    if (words) return;
  } else if (!joiners.has(node.type)) visit.isLiteral = false;
  if (depth > maxDepth) {
    visit.isLiteral = false;
    return;
  }
  for (const child of node.namedChildren) {
    // Where a redirection leads is for the other reader to say.
    if (node.type !== "file_redirect") walk(child, visit, depth + 1);
  }
}

function readCommandWords(command: ShellNode): string[] | null {
  const words: string[] = [];
  for (const child of command.namedChildren) {
    if (child.type === "file_redirect") continue;
    const word = child.type === "variable_assignment" ? child.text : readWord(child);
    if (word === null) return null;
    words.push(word);
  }
  return words;
}

function readWord(node: ShellNode): string | null {
  switch (node.type) {
    case "command_name":
      return node.namedChildCount === 1 && node.firstNamedChild ? readWord(node.firstNamedChild) : null;
    case "word":
    case "number":
      return node.namedChildCount === 0 ? node.text.replaceAll(/\\(.)/gs, "$1") : null;
    case "raw_string":
      return node.text.slice(1, -1);
    case "string":
      if (node.namedChildren.some((child) => child.type !== "string_content")) return null;
      return node.text.slice(1, -1).replaceAll(/\\(["\\$`])/g, "$1");
    case "concatenation": {
      const parts = node.namedChildren.map(readWord);
      return parts.includes(null) ? null : parts.join("");
    }
    default:
      return null;
  }
}

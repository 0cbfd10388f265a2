// Turns a text into an outline with tree-sitter. Runs in the parser's process only: native trees live outside of V8's accounting.
// Knows grammars by the language records, and nothing of chunks. A tree is only valid until the next `parse`.
import Parser from "tree-sitter";
import { chunkLimits } from "../chunker/limits.ts";
import type { Definition, Outline, SyntaxNode } from "../chunker/outline.ts";
import type { DefinitionKind, Grammar, Language } from "../languages/language.ts";
import { type BrokenPlace, findSyntaxErrors } from "./syntax-errors.ts";

export interface SyntaxParser {
  /** Rejects when the grammar cannot be loaded, or when parsing took longer than `timeoutMs`. */
  parse(text: string, language: Language & { grammar: Grammar }): Promise<Outline & { errors: BrokenPlace[] }>;
}

interface Loaded {
  parser: Parser;
  query: Parser.Query;
}

export function createSyntaxParser(timeoutMs: number): SyntaxParser {
  const loaded = new Map<string, Promise<Loaded>>();
  return {
    parse: async (text, language) => {
      const { name, grammar } = language;
      const entry = loaded.get(name) ?? load(grammar, timeoutMs);
      loaded.set(name, entry);
      const { parser, query } = await entry;
      // The buffer holds UTF-16 units; tree-sitter asks for the text again from where a smaller one ended.
      const bufferSize = Math.max(32_768, text.length * 2 + 2);
      const tree = parser.parse(text, null, { bufferSize }) as Parser.Tree | null | undefined;
      if (!tree) {
        parser.reset();
        throw new Error(`parsing took longer than ${timeoutMs} ms`);
      }
      const root = tree.rootNode;
      return {
        root: wrap(root),
        definitions: findDefinitions(query, root),
        hasErrors: root.hasError,
        errors: findSyntaxErrors(root, text),
        leading: grammar.leading,
      };
    },
  };
}

async function load(grammar: Grammar, timeoutMs: number): Promise<Loaded> {
  const language = (await grammar.load()) as Parser.Language;
  const parser = new Parser();
  parser.setLanguage(language);
  parser.setTimeoutMicros(timeoutMs * 1000);
  return { parser, query: new Parser.Query(language, grammar.query) };
}

/** Children are read when they are asked for: most nodes fit into a chunk and are never opened. */
function wrap(node: Parser.SyntaxNode): SyntaxNode {
  const { startLine, endLine } = lineRange(node);
  let children: SyntaxNode[] | undefined;
  return {
    type: node.type,
    startLine,
    endLine,
    children: () => {
      children ??= node.children.map(wrap);
      return children;
    },
  };
}

/** A node that ends at the start of a line ends with the line before. */
function lineRange(node: Parser.SyntaxNode): { startLine: number; endLine: number } {
  const startLine = node.startPosition.row + 1;
  const { row, column } = node.endPosition;
  return { startLine, endLine: Math.max(startLine, column === 0 ? row : row + 1) };
}

function findDefinitions(query: Parser.Query, root: Parser.SyntaxNode): Definition[] {
  /** By where the name stands. The first match that names it wins, but what it is bound to says more than that it is a constant. */
  const found = new Map<number, Definition & { endIndex: number }>();
  for (const { captures } of query.matches(root)) {
    const target = captures.find(({ name }) => name !== "name" && name !== "declarator");
    const nameNode = findName(captures);
    if (!target || !nameNode) continue;
    const known = found.get(nameNode.startIndex);
    if (known && (known.kind !== "constant" || target.name === "constant")) continue;
    const name = nameNode.text.replace(/\s+/g, " ").replace(/^["'#]|["']$/g, "");
    if (name === "" || name.length > chunkLimits.maxNameCharacters) continue;
    const kind = target.name as DefinitionKind;
    const nameLine = nameNode.startPosition.row + 1;
    found.set(nameNode.startIndex, { name, kind, nameLine, ...lineRange(target.node), endIndex: target.node.endIndex });
  }
  return [...found.entries()]
    .sort(([a, first], [b, second]) => first.startLine - second.startLine || second.endIndex - first.endIndex || a - b)
    .map(([, { endIndex: _, ...definition }]) => definition);
}

function findName(captures: readonly Parser.QueryCapture[]): Parser.SyntaxNode | undefined {
  const named = captures.find(({ name }) => name === "name");
  if (named) return named.node;
  const declarator = captures.find(({ name }) => name === "declarator");
  return declarator && innermostDeclarator(declarator.node);
}

/** `*f(int)` and the like wrap the name; what wraps it is a declarator too. A reference's declarator has no field for it. */
function innermostDeclarator(outer: Parser.SyntaxNode): Parser.SyntaxNode {
  let node = outer;
  for (let depth = 0; depth < chunkLimits.maxDepth && node.type.endsWith("_declarator"); depth++) {
    const inner: Parser.SyntaxNode | null = node.childForFieldName("declarator") ?? node.lastNamedChild;
    if (!inner) break;
    node = inner;
  }
  return node;
}

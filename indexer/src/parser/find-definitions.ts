// Definitions out of the matches of a language's query.
import { chunkLimits } from "../chunker/limits.ts";
import type { Definition } from "../chunker/outline.ts";
import type { DefinitionKind } from "../languages/language.ts";
import type { TreeMatch, TreeNode } from "./syntax-tree.ts";

/** What a name is bound to says more than that it is a constant; that it is an interface more than that it is some type. */
const lessTelling = ["member", "constant", "property", "type", "class"];

function tellingOf(kind: string): number {
  const at = lessTelling.indexOf(kind);
  return at === -1 ? lessTelling.length : at;
}

const partCaptures: ReadonlySet<string> = new Set(["name", "declarator", "scope"]);

/** In the order of the text; an outer one before what it holds. */
export function findDefinitions(matches: readonly TreeMatch[]): Definition[] {
  /** By where the name stands. The first match that names it wins, unless a later one says more. */
  const found = new Map<number, Definition & { span: { start: number; end: number } }>();
  for (const { captures } of matches) {
    const target = captures.find(({ name }) => !partCaptures.has(name) && !name.startsWith("_"));
    const nameNode = findName(captures);
    if (!target || !nameNode) continue;
    const known = found.get(nameNode.startIndex);
    if (known && tellingOf(known.kind) >= tellingOf(target.name)) continue;
    const name = cleanName(nameNode.text);
    if (name === "" || name === "_" || name.length > chunkLimits.maxNameCharacters) continue;
    const kind = target.name as DefinitionKind;
    const nameLine = nameNode.startPosition.row + 1;
    const scope = captures.find((capture) => capture.name === "scope")?.node.text;
    const own = { name, kind, nameLine, ...lineRange(target.node), ...(scope === undefined ? {} : { scope }) };
    found.set(nameNode.startIndex, { ...own, span: { start: target.node.startIndex, end: target.node.endIndex } });
  }
  return [...found.entries()]
    .sort(
      ([a, { span: first }], [b, { span: second }]) => first.start - second.start || second.end - first.end || a - b,
    )
    .map(([, definition]) => definition);
}

/** Without what marks it: quotes, a private name's `#`, a symbol's `:`, what a conversion takes. */
function cleanName(text: string): string {
  if (/^\w+$/.test(text)) return text;
  return text
    .replace(/\s+/g, " ")
    .replace(/^\[?(["'])(.*)\1\]?$/, "$2")
    .replace(/^[#:](?=[\p{L}_])/u, "")
    .replace(/^(operator [\w:<>*& ]+?) ?\(.*$/, "$1");
}

function findName(captures: TreeMatch["captures"]): TreeNode | undefined {
  const named = captures.find(({ name }) => name === "name");
  if (named) return named.node;
  const declarator = captures.find(({ name }) => name === "declarator");
  return declarator && innermostDeclarator(declarator.node);
}

/** `*f(int)` and the like wrap the name; what wraps it is a declarator too. A reference's declarator has no field for it. */
function innermostDeclarator(outer: TreeNode): TreeNode {
  let node = outer;
  for (let depth = 0; depth < chunkLimits.maxDepth && node.type.endsWith("_declarator"); depth++) {
    const inner: TreeNode | null = node.childForFieldName("declarator") ?? node.lastNamedChild;
    if (!inner) break;
    node = inner;
  }
  return node;
}

/** A node that ends at the start of a line ends with the line before. */
export function lineRange(node: TreeNode): { startLine: number; endLine: number } {
  const startLine = node.startPosition.row + 1;
  const { row, column } = node.endPosition;
  return { startLine, endLine: Math.max(startLine, column === 0 ? row : row + 1) };
}

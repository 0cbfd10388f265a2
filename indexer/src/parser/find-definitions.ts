// Definitions out of the matches of a language's query.

import type { DefinitionKind } from "@outpost/protocol";
import { chunkLimits } from "../chunker/limits.ts";
import type { LineTable } from "../chunker/lines.ts";
import type { Definition } from "../chunker/outline.ts";
import type { TreeMatch, TreeNode } from "./syntax-tree.ts";

/** What a name is bound to says more than that it is a constant; that it is an interface more than that it is some type. */
const lessTelling = ["member", "constant", "property", "type", "class"];

function tellingOf(kind: string): number {
  const at = lessTelling.indexOf(kind);
  return at === -1 ? lessTelling.length : at;
}

/** In the order of the text; an outer one before what it holds. `lines`: of the text. */
export function findDefinitions(matches: readonly TreeMatch[], text: string, lines: LineTable): Definition[] {
  /** By where the name stands. The first match that names it wins, unless a later one says more. */
  const found = new Map<number, Definition & { span: { start: number; end: number } }>();
  for (const { captures } of matches) {
    const { kind, target, nameNode, scopeNode } = readCaptures(captures);
    if (!target || !nameNode) continue;
    const nameStart = nameNode.startIndex;
    const known = found.get(nameStart);
    if (known && tellingOf(known.kind) >= tellingOf(kind)) continue;
    const name = cleanName(text.slice(nameStart, nameNode.endIndex));
    if (name === "" || name === "_" || name.length > chunkLimits.maxNameCharacters) continue;
    const span = { start: target.startIndex, end: target.endIndex };
    const nameLine = lines.linesOf(nameStart, nameStart).startLine;
    const { startLine, endLine } = lines.linesOf(span.start, span.end);
    const own = { name, kind: kind as DefinitionKind, nameLine, startLine, endLine, span };
    found.set(nameStart, scopeNode === undefined ? own : { ...own, scope: scopeNode.text });
  }
  return [...found.entries()]
    .sort(
      ([a, { span: first }], [b, { span: second }]) => first.start - second.start || second.end - first.end || a - b,
    )
    .map(([, definition]) => definition);
}

/** What the first capture of each sort holds; `kind` is the name of the target's. */
function readCaptures(captures: TreeMatch["captures"]) {
  let kind = "";
  let target: TreeNode | undefined;
  let named: TreeNode | undefined;
  let declarator: TreeNode | undefined;
  let scopeNode: TreeNode | undefined;
  for (const { name, node } of captures) {
    if (name === "name") named ??= node;
    else if (name === "declarator") declarator ??= node;
    else if (name === "scope") scopeNode ??= node;
    else if (target === undefined && !name.startsWith("_")) {
      kind = name;
      target = node;
    }
  }
  return { kind, target, nameNode: named ?? (declarator && innermostDeclarator(declarator)), scopeNode };
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

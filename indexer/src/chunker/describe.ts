// Says what each piece is: its kind, the definition it is or first holds, what encloses it. Works on line ranges alone, so it does not
// matter how the pieces were cut.

import type { DefinitionKind } from "@outpost/protocol";
import type { BlobSymbol, Chunk } from "@outpost/retrieval";
import { chunkLimits } from "./limits.ts";
import type { LineTable } from "./lines.ts";
import type { Definition, Piece } from "./outline.ts";

/** What a method's enclosing definition is. */
const typeKinds: ReadonlySet<DefinitionKind> = new Set(["class", "struct", "interface", "enum", "implementation"]);

/** Kinds whose names may be paths: `Shop.Stores`. */
const dottedKinds: ReadonlySet<DefinitionKind> = new Set(["namespace", "implementation"]);

/** For the table of symbols. Neighbours of one name (equations, clauses, overloads) are one symbol. */
export function listSymbols(definitions: readonly Definition[]): BlobSymbol[] {
  const symbols: BlobSymbol[] = [];
  for (const definition of placeDefinitions(definitions)) {
    const { simpleName: name, nameLine: line, startLine, endLine, qualifiers } = definition;
    const around = ancestorsOfSymbol(definition).flatMap((each) => [...each.qualifiers, each.simpleName]);
    const symbol = { name, kind: kindOf(definition), line, startLine, endLine };
    const container = [...around, ...qualifiers].join(".");
    const last = symbols.at(-1);
    if (last?.name === name && last.kind === symbol.kind && last.container === container)
      last.endLine = Math.max(last.endLine, endLine);
    else symbols.push({ ...symbol, container });
  }
  return symbols;
}

/** `plainKind`: the kind of a piece that is no definition. `definitions`: outer before inner. */
export function describePieces(
  pieces: readonly Piece[],
  definitions: readonly Definition[],
  plainKind: "block" | "window",
  lines: LineTable,
): Chunk[] {
  const placed = placeDefinitions(definitions).filter(({ kind }) => kind !== "member");
  let next = 0;
  /** Those begun in earlier pieces that may still be open. */
  let open: Placed[] = [];
  return pieces.map((piece) => {
    open = open.filter((definition) => definition.endLine >= piece.startLine);
    let lastLine = piece.endLine;
    while (lastLine > piece.startLine && lines.isBlank(lastLine)) lastLine--;
    const enclosing = open.filter((definition) => definition.endLine >= lastLine);
    const named: Placed[] = [];
    for (let each = placed[next]; each && each.nameLine <= piece.endLine; each = placed[++next]) named.push(each);
    open.push(...named);
    return describePiece(piece, named, enclosing, plainKind);
  });
}

interface Placed extends Omit<Definition, "scope" | "span"> {
  span: Definition["span"] | undefined;
  parent: Placed | null;
  /** The same without members, which chunks do not know. */
  holder: Placed | null;
  /** `bar` of `Foo::bar`. */
  simpleName: string;
  /** `Foo` of `Foo::bar`, without template arguments: what encloses it although it is defined elsewhere. */
  qualifiers: string[];
}

function describePiece(piece: Piece, named: readonly Placed[], enclosing: readonly Placed[], plainKind: string): Chunk {
  const main = named[0];
  const names = new Set(named.map((definition) => definition.simpleName));
  const scope = (main ? ancestors(main, "holder") : enclosing).flatMap(({ qualifiers, simpleName }) => [
    ...qualifiers,
    simpleName,
  ]);
  scope.push(...(main?.qualifiers ?? []));
  return {
    startLine: piece.startLine,
    endLine: piece.endLine,
    kind: main && covers(main, named, piece) ? kindOf(main) : plainKind,
    symbol: main?.name ?? null,
    scope,
    definitions: [...names].slice(0, chunkLimits.maxDefinitions),
  };
}

/** Both the chunks and the symbols of a text are described by them. */
const lastPlaced = new WeakMap<readonly Definition[], readonly Placed[]>();

/** In the order of their names' lines, each with the innermost definition around it. */
function placeDefinitions(definitions: readonly Definition[]): readonly Placed[] {
  const known = lastPlaced.get(definitions);
  if (known !== undefined) return known;
  const stack: Placed[] = [];
  const placed = definitions.map((definition) => {
    for (let top = stack.at(-1); top && !encloses(top, definition); top = stack.at(-1)) stack.pop();
    const { name, kind, nameLine, startLine, endLine, span } = definition;
    const { simpleName, qualifiers } = splitName(definition);
    const parent = stack.at(-1) ?? null;
    const holder = parent?.kind === "member" ? parent.holder : parent;
    const each: Placed = { name, kind, nameLine, startLine, endLine, span, simpleName, qualifiers, parent, holder };
    stack.push(each);
    return each;
  });
  placed.sort((a, b) => a.nameLine - b.nameLine);
  lastPlaced.set(definitions, placed);
  return placed;
}

/** The inner one does not begin before the outer one. Those of one place (`var a, b`) stand side by side. */
function encloses(outer: Placed, inner: Definition): boolean {
  if (!outer.span || !inner.span) return outer.endLine >= inner.endLine;
  return outer.span.end >= inner.span.end && (outer.span.end > inner.span.end || outer.span.start < inner.span.start);
}

function splitName({ name, kind, scope }: Definition): { simpleName: string; qualifiers: string[] } {
  if (scope !== undefined) return { simpleName: name, qualifiers: [scope] };
  if (dottedKinds.has(kind)) {
    const parts = name.split(".");
    return { simpleName: parts.at(-1) ?? name, qualifiers: parts.slice(0, -1) };
  }
  if (!name.includes("::")) return { simpleName: name, qualifiers: [] };
  const [, qualifier, simpleName] = /^(.+?)::(operator\b.*)$/.exec(name) ?? /^(.+)::([^:]+)$/.exec(name) ?? [];
  if (qualifier === undefined || simpleName === undefined) return { simpleName: name, qualifiers: [] };
  const parts = qualifier.replace(/<.*>/g, "").split("::");
  return { simpleName, qualifiers: parts.filter((part) => part !== "") };
}

function ancestors(definition: Placed, by: "parent" | "holder"): Placed[] {
  const chain: Placed[] = [];
  for (let each = definition[by]; each; each = each[by]) chain.unshift(each);
  return chain;
}

/** What a constructor takes as a member is a member of its type. */
function ancestorsOfSymbol(definition: Placed): Placed[] {
  const chain = ancestors(definition, "parent");
  return definition.kind === "member" ? chain.filter(({ kind }) => kind !== "function" && kind !== "method") : chain;
}

/** Whether a piece is mainly its first definition: it alone is named at its level, or it takes up half of the lines. */
function covers(main: Placed, named: readonly Placed[], piece: Piece): boolean {
  const siblings = named.filter((definition) => definition.holder === main.holder);
  if (siblings.every((definition) => definition.kind === main.kind)) return true;
  const lines = Math.min(main.endLine, piece.endLine) - Math.max(main.startLine, piece.startLine) + 1;
  return lines * 2 >= piece.endLine - piece.startLine + 1;
}

function kindOf(definition: Placed): DefinitionKind {
  const isMember = definition.qualifiers.length > 0 || (definition.holder && typeKinds.has(definition.holder.kind));
  return definition.kind === "function" && isMember ? "method" : definition.kind;
}

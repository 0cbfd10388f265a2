// A map of a repository in a few hundred words: the files that the others lean on, each with the definitions that they use it for.
// Cut to a budget of characters; deterministic.
import { makeNameVisible } from "@outpost/protocol";
import type { BlobSymbol } from "../ports/catalog.ts";
import type { PathKind } from "../query/path-kind.ts";
import type { Ranks } from "./reference-graph.ts";
import type { SymbolFile, SymbolTable } from "./symbol-table.ts";

export interface MappedFile {
  path: string;
  language: string;
  /** The share of all references that ends here, 0 to 1. */
  rank: number;
  /** In the order of the file. */
  symbols: BlobSymbol[];
}

export interface RepositoryMap {
  /** Best first. */
  files: MappedFile[];
  text: string;
  /** Files that did not fit. */
  omittedFiles: number;
}

/** Shown of one file; the most used first, then those that stand at the top. */
const maxSymbols = 12;
/** Stand back unless they are in focus. */
const leftOut: ReadonlySet<PathKind> = new Set(["test", "vendored", "generated", "documentation", "example"]);

export interface MapInput {
  table: SymbolTable;
  ranks: Ranks;
  focus: ReadonlySet<number>;
  maxCharacters: number;
}

export function mapRepository({ table, ranks, focus, maxCharacters }: MapInput): RepositoryMap {
  const order = table.files
    .map((file, position) => ({ file, position, rank: ranks.files[position] ?? 0 }))
    .filter(
      ({ file, position }) =>
        file.symbols.length > 0 && (focus.has(position) || !file.kinds.some((kind) => leftOut.has(kind))),
    )
    .sort((a, b) => b.rank - a.rank || a.position - b.position);
  const files: MappedFile[] = [];
  const blocks: string[] = [];
  let left = maxCharacters;
  for (const { file, position, rank } of order) {
    // The first files may take more room than those behind them.
    const room = Math.max(120, Math.floor(left / 6));
    const symbols = chooseSymbols(file, ranks.names[position] ?? new Map(), Math.min(room, left));
    const block = renderFile(file.path, symbols);
    if (symbols.length === 0 || block.length + 1 > left) continue;
    left -= block.length + 1;
    blocks.push(block);
    files.push({ path: file.path, language: file.language, rank, symbols });
    if (left < 40) break;
  }
  return { files, text: blocks.join("\n"), omittedFiles: order.length - files.length };
}

function chooseSymbols(file: SymbolFile, flows: ReadonlyMap<string, number>, room: number): BlobSymbol[] {
  const chosen: BlobSymbol[] = [];
  let used = file.path.length + 1;
  const order = [...file.symbols].sort((a, b) => {
    const [flowA, flowB] = [flows.get(a.name) ?? 0, flows.get(b.name) ?? 0];
    return flowB - flowA || depthOf(a) - depthOf(b) || a.line - b.line;
  });
  for (const symbol of order) {
    const line = renderSymbol(symbol).length + 1;
    if (used + line > room && chosen.length > 0) break;
    used += line;
    chosen.push(symbol);
    if (chosen.length === maxSymbols) break;
  }
  return used > room * 2 ? [] : chosen.sort((a, b) => a.line - b.line);
}

function depthOf({ container }: BlobSymbol): number {
  return container === "" ? 0 : container.split(".").length;
}

function renderFile(path: string, symbols: readonly BlobSymbol[]): string {
  return [makeNameVisible(path), ...symbols.map(renderSymbol)].join("\n");
}

function renderSymbol({ name, kind, line, container }: BlobSymbol): string {
  return `  ${line} ${kind} ${makeNameVisible(container === "" ? name : `${container}.${name}`)}`;
}

// What a path is, out of the table of symbols and the ranks of the reference graph. Pure.
import type { PathExplanation } from "@outpost/protocol";
import { explainPath, type Ranks, type SymbolFile, type SymbolTable } from "@outpost/retrieval";
import { toCodeSymbol } from "./table-places.ts";

/** Undefined when the table shows nothing there. `path`: without slashes at its ends; "" is the root. */
export function describePath(
  table: SymbolTable,
  ranks: Ranks,
  path: string,
  limit: number,
): Omit<PathExplanation, "coverage"> | undefined {
  const explained = explainPath(table, path, limit);
  if (explained === undefined) return undefined;
  const { files, entryPoints, dependents, dependencies, tests } = explained;
  const isFile = table.positionOf(path) !== undefined;
  const { symbols, total } = listSymbols(table, ranks, files, isFile, limit);
  return {
    path,
    kind: isFile ? "file" : "directory",
    languages: countBy(files, ({ language }) => language),
    pathKinds: isFile ? [...(files[0]?.kinds ?? [])] : [],
    children: isFile ? [] : listChildren(files, path).slice(0, limit),
    symbols,
    totalSymbols: total,
    entryPoints: entryPoints.map(({ path: at, symbol, usedBy }) => ({
      symbol: { ...symbol, path: at, language: languageOf(table, at) },
      usedByFiles: usedBy,
    })),
    ...{ dependents, dependencies, tests },
  };
}

/** A file's in its order; a directory's by how much leads to them. */
function listSymbols(table: SymbolTable, ranks: Ranks, files: readonly SymbolFile[], isFile: boolean, limit: number) {
  const all = files.flatMap(({ path, symbols }) => {
    const file = table.positionOf(path) ?? 0;
    return symbols.map((symbol) => ({ file, symbol, flow: ranks.names[file]?.get(symbol.name) ?? 0 }));
  });
  const order = isFile ? all : all.sort((a, b) => b.flow - a.flow || a.file - b.file || a.symbol.line - b.symbol.line);
  return {
    symbols: order.slice(0, isFile ? limit * 5 : limit).map((placed) => toCodeSymbol(table, placed)),
    total: all.length,
  };
}

function listChildren(files: readonly SymbolFile[], path: string): PathExplanation["children"] {
  const children = new Map<string, { path: string; files: number; symbols: number }>();
  const start = path === "" ? 0 : path.length + 1;
  for (const file of files) {
    const end = file.path.indexOf("/", start);
    const name = end === -1 ? file.path : file.path.slice(0, end + 1);
    const child = children.get(name) ?? { path: name, files: 0, symbols: 0 };
    child.files += 1;
    child.symbols += file.symbols.length;
    children.set(name, child);
  }
  return [...children.values()].sort(
    (a, b) => b.symbols - a.symbols || b.files - a.files || (a.path < b.path ? -1 : 1),
  );
}

function countBy(files: readonly SymbolFile[], key: (file: SymbolFile) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const file of files) counts[key(file)] = (counts[key(file)] ?? 0) + 1;
  return counts;
}

function languageOf(table: SymbolTable, path: string): string {
  const position = table.positionOf(path);
  return position === undefined ? "" : table.fileAt(position).language;
}

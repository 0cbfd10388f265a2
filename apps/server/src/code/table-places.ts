// Places of a table of symbols in the words of the protocol.
import type { CodeSymbol } from "@outpost/protocol";
import type { Placed, SymbolTable } from "@outpost/retrieval";

export function toCodeSymbol(table: SymbolTable, { file, symbol }: Placed): CodeSymbol {
  const { path, language } = table.fileAt(file);
  return { ...symbol, path, language };
}

/** Positions of the file at a path, or of all below a directory. */
export function filesBelow(table: SymbolTable, path: string): Set<number> {
  const below = new Set<number>();
  for (const [file, { path: each }] of table.files.entries())
    if (path === "" || each === path || each.startsWith(`${path}/`)) below.add(file);
  return below;
}

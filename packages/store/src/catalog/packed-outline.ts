// How the names of a blob are laid out in their column: JSON, compressed, with the names as one text. Pure. What is packed comes back equal.
import type { BlobOutline, BlobSymbol } from "@outpost/retrieval";
import { packText, unpackText } from "./packed-text.ts";

type SymbolTuple = [string, string, number, number, number, string];

export function packOutline({ symbols, names, counts }: BlobOutline): Uint8Array {
  const tuples = symbols.map(({ name, kind, line, startLine, endLine, container }): SymbolTuple => {
    return [name, kind, line, startLine, endLine, container];
  });
  return packText(JSON.stringify([tuples, names, counts]));
}

/** Null: nothing is known. */
export function unpackOutline(packed: Uint8Array | null): BlobOutline {
  if (packed === null) return { symbols: [], names: [], counts: [] };
  const [tuples, names, counts] = JSON.parse(unpackText(packed)) as [SymbolTuple[], string[], number[]];
  const symbols = tuples.map(([name, kind, line, startLine, endLine, container]): BlobSymbol => {
    return { name, kind, line, startLine, endLine, container };
  });
  return { symbols, names, counts };
}

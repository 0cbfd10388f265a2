// Tables of symbols in memory, built when they are asked for and built again when the view's stamp or the file rules changed. Few are kept:
// one is made from the catalog in a fraction of a second.
import type { FileRules } from "@outpost/core";
import { type CatalogReader, ReferenceGraph, SymbolTable, type ViewId } from "@outpost/retrieval";
import { readContent, readHead } from "../search/view-state.ts";

/** What is asked about: a view, and which of its files may be seen. */
export interface CodeView {
  viewId: ViewId;
  /** A denied file is not in the table, and so in no rank either. */
  files: FileRules;
}

export interface LoadedSymbols {
  table: SymbolTable;
  graph(): ReferenceGraph;
}

interface Kept {
  stamp: string;
  files: FileRules;
  symbols: LoadedSymbols;
}

const maxKept = 4;

export interface SymbolTables {
  /** An empty table when there is no such view. Rejects with `unavailable` when the catalog cannot be read. */
  load(reader: CatalogReader, view: CodeView): Promise<LoadedSymbols>;
}

export function createSymbolTables(): SymbolTables {
  const kept = new Map<ViewId, Kept>();
  return {
    async load(reader, { viewId, files }) {
      const head = await readHead(reader, viewId, "");
      if (head === null) return toSymbols(new SymbolTable([]));
      const known = kept.get(viewId);
      kept.delete(viewId);
      if (known?.stamp === head.stamp && known.files === files) {
        kept.set(viewId, known);
        return known.symbols;
      }
      const { entryIds } = await readContent(reader, head);
      const outlines = await reader.loadOutlines(entryIds);
      const symbols = toSymbols(new SymbolTable(outlines.filter(({ path }) => files.judge(path).access !== "deny")));
      kept.set(viewId, { stamp: head.stamp, files, symbols });
      for (const oldest of [...kept.keys()].slice(0, -maxKept)) kept.delete(oldest);
      return symbols;
    },
  };
}

function toSymbols(table: SymbolTable): LoadedSymbols {
  let graph: ReferenceGraph | undefined;
  return {
    table,
    graph: () => {
      graph ??= new ReferenceGraph(table);
      return graph;
    },
  };
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeView } from "./changed-view.ts";
import { ChunkTable } from "./chunk-table.ts";
import { type ResolvedView, resolveView, restrictView } from "./search-view.ts";

const paths = ["a.ts", "lib/a.ts", "lib/b.ts", "lib/b/c.ts", "lib2/a.ts", "é.ts", "\u{1F600}.ts", "z"];

/** Each path in four versions, of 0 to 3 chunks, whose chunk ids come in another order than their entries; one without has those of the next. */
function fillTable(): ChunkTable {
  const table = new ChunkTable();
  for (let entryId = 1; entryId <= paths.length * 4; entryId += 1) {
    const size = entryId % 4;
    table.add({
      ...{ entryId, path: paths[entryId % paths.length] as string, blob: `b${entryId}`, language: "text" },
      firstChunkId: (((size === 0 ? entryId + 1 : entryId) * 7) % 37) * 10,
      chunks: Array.from({ length: size }, (_, at) => ({
        ...{ startLine: at + 1, endLine: at + 1, kind: "block", symbol: null, scope: [], definitions: [] },
      })),
      terms: Array.from({ length: size }, (_, at) => ({
        hashes: Uint32Array.of(at),
        frequencies: Uint8Array.of(entryId + at),
      })),
      vectors: new Int8Array(0),
    });
  }
  return table;
}

/** But for the order of the entries. */
function comparable(view: ResolvedView) {
  const { entryIds, entryPositions, ...rest } = view;
  return { ...rest, entryIds: [...entryIds].sort((a, b) => a - b), entryPositions: entryPositions.toSorted() };
}

const step = fc.dictionary(fc.nat(paths.length - 1).map(String), fc.option(fc.nat(3)), { maxKeys: 4 });

describe("a changed view", () => {
  it("is the one that would be made anew, whatever changed before", () => {
    const table = fillTable();
    const idOf = (path: number, version: number) => (path === 0 ? paths.length : path) + version * paths.length;
    const history = (steps: Record<string, number | null>[]) => {
      const shown = new Map<string, number>();
      let view = resolveView(table, [], 0);
      for (const changes of steps) {
        const before = new Set(shown.values());
        const named = new Map<string, number | null>();
        for (const [at, version] of Object.entries(changes)) {
          const path = paths[Number(at)] as string;
          const entryId = version === null ? null : idOf(Number(at), version);
          named.set(path, entryId);
          if (entryId === null) shown.delete(path);
          else shown.set(path, entryId);
        }
        const changed = changeView(table, view, named);
        const now = new Set(shown.values());
        expect(new Set(changed.gone)).toEqual(new Set([...before].filter((id) => !now.has(id))));
        view = changed.view;
        expect(comparable(view)).toEqual(comparable(resolveView(table, [...now], 0)));
      }
    };
    fc.assert(fc.property(fc.array(step, { maxLength: 8 }), history));
  });

  it("leaves out an entry that is not there, and keeps the view that it was made of", () => {
    const table = fillTable();
    const before = resolveView(table, [1, 2], 0);
    const copy = structuredClone(before);
    const { view, gone } = changeView(table, before, new Map([[paths[1] as string, 999]]));
    expect([gone, view.entryIds, view.files]).toEqual([[1], [2], 1]);
    expect(before).toEqual(copy);
  });

  it("knows chunks that were added to the table after it", () => {
    const table = fillTable();
    const before = resolveView(table, [3], 0);
    const later = { ...table.entries[2], entryId: 100, path: "later.ts", firstChunkId: 5000 };
    const entry = { ...later, blob: "b", language: "text", vectors: new Int8Array(0) };
    const chunk = { startLine: 1, endLine: 1, kind: "block", symbol: null, scope: [], definitions: [] };
    table.add({ ...entry, chunks: [chunk], terms: [{ hashes: Uint32Array.of(1), frequencies: Uint8Array.of(9) }] });
    const { view } = changeView(table, before, new Map([["later.ts", 100]]));
    expect(comparable(view)).toEqual(comparable(resolveView(table, [3, 100], 0)));
  });
});

describe("what of a view is under a prefix", () => {
  it("is what begins so, in the order of the chunk ids, whenever its entries came", () => {
    const table = fillTable();
    const ids = [1, 2, 3, 5, 6, 7, 14];
    const view = resolveView(table, ids, 0);
    const expected = (prefix: string) =>
      table.entries
        .filter(({ entryId, path }) => ids.includes(entryId) && path.startsWith(prefix))
        .flatMap(({ firstChunkId, chunkCount }) => Array.from({ length: chunkCount }, (_, at) => firstChunkId + at))
        .sort((a, b) => a - b);
    const check = () => {
      for (const prefix of ["lib/", "lib", "lib/b", "a.ts", "é", "\u{1F600}", "z", "zz", "lib/b/c.ts"]) {
        const { chunkIds, lengths } = restrictView(table, view, prefix);
        expect([...chunkIds]).toEqual(expected(prefix));
        const shown = [...lengths.keys()].filter((slot) => lengths[slot] !== Number.POSITIVE_INFINITY);
        expect(shown.map((slot) => table.chunkIdOf(slot)).sort((a, b) => a - b)).toEqual(expected(prefix));
      }
    };
    check();
    const again = { ...table.entries[4], vectors: new Int8Array(0), terms: [], chunks: [] };
    for (const [at, path] of ["lib/aa.ts", "0", "zz"].entries())
      table.add({ ...again, entryId: 200 + at, path, blob: "b", language: "text", firstChunkId: 9000 + at });
    check();
  });
});

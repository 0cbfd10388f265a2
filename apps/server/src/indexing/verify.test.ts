// An index that is not what its source is says so, and is mended without being built again: real git, real catalog, real parser.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FoundFault, repairIndex, verifyIndex } from "@outpost/indexer";
import type { CatalogReader, LoadedEntry } from "@outpost/retrieval";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestSource, type TestSource } from "../following/testing-source.ts";

let source: TestSource;
beforeAll(async () => {
  source = await openTestSource();
  for (const name of ["one", "two", "three", "four", "five"]) write(`${name}.py`, `def ${name}():\n    return 1\n`);
  write("photo.png", "\u0000binary");
  await source.look();
});
afterAll(() => source.close());

function write(path: string, text: string): void {
  writeFileSync(join(source.root, path), text);
}

const faultsOf = (found: readonly FoundFault[]) =>
  Object.fromEntries(found.map(({ path, fault, detail }) => [path, `${fault}: ${detail}`]));

/** What is read of one entry is changed on the way, as a damaged page would; of its successor it is not. */
function damaging(reader: CatalogReader, damage: Map<number, (entry: LoadedEntry) => LoadedEntry>): CatalogReader {
  return {
    ...reader,
    loadEntries: async (ids) =>
      (await reader.loadEntries(ids)).map((entry) => damage.get(entry.entryId)?.(entry) ?? entry),
  };
}

it("an index as it should be has no faults", async () => {
  expect(await verifyIndex(source.parts)).toMatchObject({ files: 8, faults: [] });
});

it("missing, outdated, extra and damaged files are found, mended, and nothing else is read again", async () => {
  const { parts } = source;
  const before = await parts.reader.viewEntries(parts.viewId);
  const damage = new Map<number, (entry: LoadedEntry) => LoadedEntry>();
  const idOf = (path: string) => before.get(path) ?? 0;
  damage.set(idOf("one.py"), (entry) => ({ ...entry, vectors: entry.vectors.subarray(1) }));
  damage.set(idOf("two.py"), (entry) => ({
    ...entry,
    chunks: entry.chunks.map((chunk) => ({ ...chunk, endLine: 1 })),
  }));
  damage.set(idOf("a.py"), () => {
    throw new Error("unexpected end of file");
  });
  write("three.py", "def three():\n    return 3\n");
  rmSync(join(source.root, "four.py"));
  write("new.py", "def new():\n    return 1\n");
  const reader = damaging(parts.reader, damage);
  const { faults } = await verifyIndex({ ...parts, reader });
  expect(faultsOf(faults)).toEqual({
    "one.py": "damaged: 1 numbers for 1 vectors",
    "two.py": "damaged: the chunks end at line 1 of 2",
    "a.py": "damaged: unexpected end of file",
    "three.py": expect.stringMatching(/^outdated: shown as \w{10}, and is \w{10}$/),
    "four.py": "extra: it is not there, or not to be indexed",
    "new.py": "missing: it is listed and not indexed",
  });
  await repairIndex({ ...parts, faults });
  expect((await verifyIndex({ ...parts, reader })).faults).toEqual([]);
  expect(await source.snapshot()).toEqual(await source.indexAfresh());
  const after = await parts.reader.viewEntries(parts.viewId);
  const kept = [...after].filter(([path, id]) => before.get(path) === id).map(([path]) => path);
  expect(kept).toEqual([".gitignore", "five.py", "lib/b.py"]);
});

it("a stored text that is another than the file's is found, also where two paths share it", async () => {
  const { parts } = source;
  const text = "def shared():\n    return 7\n";
  write("six.py", text);
  write("seven.py", text);
  await source.look();
  const entries = await parts.reader.viewEntries(parts.viewId);
  const [six] = await parts.reader.loadEntries([entries.get("six.py") ?? 0]);
  if (six === undefined) throw new Error("six.py is not indexed");
  const { blob, language, chunks, terms } = six;
  const vectors = chunks.map(() => new Int8Array(2));
  const parsed = { blob, language, chunks, text: "def damaged():\n    return 7\n", hasParseErrors: false };
  await parts.ports.catalog.replaceEntries([{ parsed, entry: { path: "six.py", blob, terms, vectors } }]);
  const { faults } = await verifyIndex(parts);
  expect(faultsOf(faults)["six.py"]).toBe("damaged: the stored text is another");
  await repairIndex({ ...parts, faults });
  expect((await verifyIndex(parts)).faults).toEqual([]);
  expect(await source.snapshot()).toEqual(await source.indexAfresh());
});

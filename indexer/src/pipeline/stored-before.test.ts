import { createMemoryCatalog } from "@outpost/testkit";
import { expect, it, vi } from "vitest";
import { findStoredBefore } from "./stored-before.ts";

it("asks for nothing of which nothing is stored, and for a blob again that may have been stored since", async () => {
  const catalog = createMemoryCatalog();
  const chunks = [{ startLine: 1, endLine: 1, kind: "window", symbol: null, scope: [], definitions: [] }];
  const put = (path: string, blob: string) =>
    catalog.putEntries([
      {
        parsed: { blob, language: "c", text: "x\n", chunks, hasParseErrors: false },
        entry: {
          path,
          blob,
          terms: [{ hashes: new Uint32Array(), frequencies: new Uint8Array() }],
          vectors: [new Int8Array(2)],
        },
      },
    ]);
  await put("old.c", "b1");
  const files = ["old.c", "new.c", "same.c"].map((path, at) => ({ path, blob: `b${at + 2}` }));
  const before = await findStoredBefore(catalog, [...files, { path: "copy.c", blob: "b1" }]);
  const lookUps = [vi.spyOn(catalog, "findParsedBlob"), vi.spyOn(catalog, "findEmbedded")];
  const textOf = async (blob: string) => (await before.findParsedBlob(blob, "c"))?.text;

  expect([await textOf("b2"), await textOf("b1")]).toEqual([undefined, "x\n"]);
  expect([await before.findEmbedded("new.c", 2), (await before.findEmbedded("old.c", 2)).length]).toEqual([[], 1]);
  expect(lookUps.flatMap(({ mock }) => mock.calls.map(([asked]) => asked))).toEqual(["b1", "old.c"]);
  await put("new.c", "b2");
  expect(await textOf("b2")).toBe("x\n");
});

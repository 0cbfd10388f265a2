import { describe, expect, it } from "vitest";
import { SearchIndex } from "../index/search-index.ts";
import { extractTerms } from "../terms/extract-terms.ts";
import { weights } from "./weights.ts";

/** Hits of files that are given by path and the texts of their chunks. */
function search(query: string, files: Record<string, readonly string[]>) {
  const index = new SearchIndex();
  const entries = Object.entries(files).map(([path, texts], at) => {
    const chunks = texts.map((_, line) => ({
      ...{ startLine: line + 1, endLine: line + 1, kind: "block", symbol: null, scope: [], definitions: [] },
    }));
    const terms = chunks.map((chunk, line) => extractTerms({ path, chunk, text: texts[line] ?? "" }));
    const place = { entryId: at + 1, path, blob: path, language: "text", firstChunkId: (at + 1) * 100 };
    return { ...place, chunks, terms, vectors: new Int8Array(0) };
  });
  index.add(entries);
  return index.search({ query, view: index.createView(entries.map(({ entryId }) => entryId)), limit: 10 });
}

describe("what speaks for a file", () => {
  const files = { "src/retry.ts": ["retry policy", "between", "retry policy"], b: ["x"] };
  const signals = (reasons: readonly { signal: string }[] | undefined) => reasons?.map(({ signal }) => signal) ?? [];

  it("counts once, so that a further chunk stands on its own words", () => {
    const [first, second] = search("retry policy", files).map(({ reasons }) => reasons);
    const path = (reasons: typeof first) => reasons?.find(({ signal }) => signal === "path")?.value ?? 0;
    expect(path(first)).toBeGreaterThan(0);
    expect(path(second)).toBeCloseTo(path(first) * weights.fileSaturation, 6);
    expect(signals(second)).not.toContain("saturation");
  });

  it("lets further chunks stand back as a whole for a long query", () => {
    const filler = Array.from({ length: 80 }, (_, at) => `filler${at}`).join(" ");
    const [first, ...further] = search(`retry policy ${filler}`, files).map(({ reasons }) => signals(reasons));
    expect(first).not.toContain("saturation");
    expect(further.length).toBeGreaterThan(0);
    for (const each of further) expect(each).toContain("saturation");
  });

  it("has its folder's for a long text, by what else matches there, and for no question", () => {
    const beside = {
      "src/pool/take.ts": ["retry policy"],
      "src/other/take.ts": ["retry policy"],
      "src/pool/give.ts": ["retry"],
    };
    const filler = Array.from({ length: 80 }, (_, at) => `filler${at}`).join(" ");
    const folderValues = (query: string) =>
      search(query, beside).map(({ path, reasons }) => [
        path,
        reasons.find(({ detail }) => detail.startsWith("what else matches in the folder"))?.value ?? 0,
      ]);
    expect(folderValues("retry policy").map(([, value]) => value)).toEqual([0, 0, 0]);
    const values = new Map(folderValues(`retry policy ${filler}`) as [string, number][]);
    expect(values.get("src/pool/take.ts")).toBeGreaterThan(values.get("src/other/take.ts") ?? 0);
    expect(values.get("src/other/take.ts")).toBeGreaterThan(0);
  });

  it("is held back for a barrel, but not for a file of that name with much code in it", () => {
    const code = Array.from({ length: 8 }, (_, at) => (at === 0 ? "retry policy" : `other${at}`));
    const hits = search("retry policy", { "a/__init__.py": ["retry policy"], "b/__init__.py": code });
    expect(hits.map(({ path, reasons }) => [path, signals(reasons).includes("penalty")])).toEqual([
      ["b/__init__.py", false],
      ["a/__init__.py", true],
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { indexTexts } from "../index/index-texts.fixture.ts";
import type { WordTranslations } from "../ports/embedder.ts";
import { hashTerm } from "../terms/hash-term.ts";
import { stem } from "../terms/stem.ts";
import { sumReasons } from "./explain.ts";
import { TranslationTable } from "./translation-table.ts";

/** Rows of [said, used in code, strength of 255]; those of one word stand together. */
function translationsOf(rows: [string, string, number][]): WordTranslations {
  const words = [...new Set(rows.flatMap(([source, target]) => [source, target]))];
  return {
    words,
    sources: Uint16Array.from(rows, ([source]) => words.indexOf(source)),
    targets: Uint16Array.from(rows, ([, target]) => words.indexOf(target)),
    strengths: Uint8Array.from(rows, ([, , strength]) => strength),
  };
}

const translations = translationsOf([
  ["waits", "timeout", 200],
  ["waits", "sleep", 100],
  ["slowly", "sleep", 100],
  ["slowly", "throttle", 90],
]);

function build(texts: Record<string, string>, known: WordTranslations | undefined = translations) {
  const { index, view } = indexTexts(texts, known);
  return { search: (query: string, limit = 10) => index.search({ query, view, limit }) };
}

const files = { "a.ts": "red green", "b.ts": "sleep(5)", "c.ts": "blue" };

describe("translated words", () => {
  it("find code that says the query in other words, and say so", () => {
    const [hit] = build(files).search("it waits too slowly");
    expect(hit?.path).toBe("b.ts");
    expect(hit?.reasons).toMatchObject([{ signal: "lexical", detail: "in other words: sleep" }]);
    expect(sumReasons(hit?.reasons ?? [])).toBeCloseTo(hit?.score ?? 0, 9);
    expect(build(files, { ...translations, sources: new Uint16Array(0) }).search("it waits too slowly")).toEqual([]);
  });

  it("add up what several words of the query say alike", () => {
    const found = build({ "a.ts": "throttle", "b.ts": "sleep" }).search("waits slowly");
    expect(found.map(({ path }) => path)).toEqual(["b.ts", "a.ts"]);
  });

  it("leave the query's own words to the lexical part, which keeps its words", () => {
    const [hit] = build({ "a.ts": "sleep timeout", "b.ts": "other" }).search("waits sleep");
    expect(hit?.reasons.map(({ detail }) => detail)).toContain("sleep");
    expect(hit?.reasons.map(({ detail }) => detail)).toContain("in other words: timeout");
  });

  it("are not looked for when the query is one name", () => {
    expect(build(files).search("waitsSlowly")).toEqual([]);
  });

  it("are passed over where more than a fifth of many chunks hold them", () => {
    const files = (count: number, text: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`${text}-${at}.ts`, text]));
    const found = (sleeping: number) =>
      build({ ...files(sleeping, "sleep"), ...files(40, "blue"), "timeout.ts": "timeout" }).search("it waits", 100);
    expect(found(32).length).toBeGreaterThan(1);
    expect(found(33).map(({ path }) => path)).toEqual(["timeout.ts"]);
  });

  it("weigh less for a long text", () => {
    const filler = Array.from({ length: 56 }, (_, at) => `word${at}`).join(" ");
    const partOf = (query: string) => build(files).search(query)[0]?.reasons[0]?.value ?? 0;
    expect(partOf(`waits ${filler}`)).toBeCloseTo((partOf("waits long") * 14) / 57, 3);
  });
});

describe("TranslationTable", () => {
  it("knows words by their stems, the most probable translation first", () => {
    const found = new TranslationTable(translations).of(hashTerm(stem("waiting")));
    expect(found.map(({ text }) => text)).toEqual(["timeout", "sleep"]);
    expect(found[0]?.probability).toBeCloseTo((200 / 255) ** 2, 9);
    expect(new TranslationTable(translations).of(hashTerm("unknown"))).toEqual([]);
  });
});

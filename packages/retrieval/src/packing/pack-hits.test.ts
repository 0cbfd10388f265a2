import type { Hit } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { packHits } from "./pack-hits.ts";

function hit(path: string, startLine: number, endLine: number, more: Partial<Hit> = {}): Hit {
  const text = Array.from({ length: endLine - startLine + 1 }, (_, at) => `line ${startLine + at}`).join("\n");
  return {
    path,
    startLine,
    endLine,
    language: "text",
    kind: "block",
    symbol: null,
    text,
    score: 1,
    reasons: [],
    ...more,
  };
}

const pack = (hits: Hit[], maxCharacters = 10_000) => packHits(hits, { maxCharacters });
const ranges = (hits: Hit[]) =>
  pack(hits).sections.map(({ path, startLine, endLine }) => `${path} ${startLine}-${endLine}`);

describe("packHits", () => {
  it("heads each range with path, lines and symbol", () => {
    const { text, omittedHits } = pack([hit("a.ts", 3, 4, { symbol: "open" }), hit("b.ts", 1, 1)]);
    expect(text).toBe("## a.ts:3-4 (open)\nline 3\nline 4\n\n## b.ts:1-1\nline 1");
    expect(omittedHits).toBe(0);
  });

  it("says what a part without a symbol stands in, once", () => {
    const { text } = pack([
      hit("a.ts", 3, 3, { symbol: "open" }),
      hit("a.ts", 4, 4, { within: "open" }),
      hit("b.ts", 1, 1, { within: "close" }),
    ]);
    expect(text).toBe("## a.ts:3-4 (open)\nline 3\nline 4\n\n## b.ts:1-1 (close)\nline 1");
  });

  it("lets no path or symbol make a line of its own", () => {
    const { text } = pack([hit("a.ts:1-9\n## b.ts", 3, 3, { symbol: "o\nx" })]);
    expect(text).toBe("## a.ts:1-9\\n## b.ts:3-3 (o\\nx)\nline 3");
  });

  it("joins ranges that overlap or touch, in the order of the best hit of each file", () => {
    const hits = [hit("b", 20, 22), hit("a", 5, 6), hit("b", 1, 3), hit("b", 3, 5), hit("b", 6, 7), hit("b", 30, 31)];
    expect(ranges(hits)).toEqual(["b 1-7", "b 20-22", "b 30-31", "a 5-6"]);
    expect(pack(hits).sections[0]?.text).toBe("line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7");
  });

  it("keeps a range that lies inside another, and lists each symbol once", () => {
    const { sections } = pack([
      hit("a", 1, 9, { symbol: "A" }),
      hit("a", 3, 4, { symbol: "b" }),
      hit("a", 5, 6, { symbol: "A" }),
    ]);
    expect(sections).toMatchObject([{ startLine: 1, endLine: 9, symbols: ["A", "b"] }]);
  });

  it("shows a text once and names its other places, but not for texts so short that they are equal by chance", () => {
    const text = "export function retry(request) {\n  return backoff(request, { attempts: 5, delayMs: 200 });\n}";
    const {
      sections,
      omittedHits,
      text: packed,
    } = pack([
      hit("src/retry.ts", 4, 6, { text }),
      hit("vendor/retry.ts", 14, 16, { text: `${text}\n` }),
      hit("a.ts", 1, 1, { text: "}" }),
      hit("b.ts", 1, 1, { text: "}" }),
    ]);
    expect(sections.map(({ path }) => path)).toEqual(["src/retry.ts", "a.ts", "b.ts"]);
    expect(packed).toContain("## src/retry.ts:4-6, the same at vendor/retry.ts:14-16\n");
    expect(omittedHits).toBe(0);
  });

  it("keeps line numbers right where a chunk ends in blank lines", () => {
    const first = hit("a", 1, 4, { text: "one\n\n\n" });
    const { sections } = pack([first, hit("a", 5, 5)]);
    expect(sections[0]?.text.split("\n")).toEqual(["one", "", "", "", "line 5"]);
  });

  it("never exceeds its budget, cuts at whole lines and says so", () => {
    const hits = Array.from({ length: 12 }, (_, at) => hit(`file${at}.ts`, 1 + at, 40 + at, { symbol: `name${at}` }));
    for (let budget = 0; budget < 4000; budget += 97) {
      const packed = pack(hits, budget);
      expect(packed.text.length).toBeLessThanOrEqual(budget);
      expect(packed.sections.length + packed.omittedHits).toBe(12);
      for (const { text, startLine, endLine } of packed.sections) {
        const lines = text.split("\n").filter((line) => line !== "[…]");
        expect(lines).toHaveLength(endLine - startLine + 1);
        expect(lines.at(-1)).toBe(`line ${endLine}`);
      }
    }
    expect(pack(hits, 500).text).toContain("[…]");
  });

  it("cuts around the line that matches best, within its budget, and heads what it shows", () => {
    const hits = [hit("a", 1, 400, { bestLine: 300, score: 2 }), hit("b", 5, 60, { bestLine: 5 }), hit("c", 1, 9)];
    for (let budget = 100; budget < 5000; budget += 89) {
      const { text, sections } = packHits(hits, { maxCharacters: budget, maxSectionCharacters: 600 });
      expect(text.length).toBeLessThanOrEqual(budget);
      expect(text).toContain("line 300\n");
      expect(text.startsWith(`## a:298-${sections[0]?.endLine}\n[…]\nline 298\n`)).toBe(true);
    }
  });

  it("cuts a range of several hits around the best of them", () => {
    const hits = [hit("a", 1, 40, { bestLine: 9 }), hit("a", 41, 80, { bestLine: 70, score: 2 })];
    expect(packHits(hits, { maxCharacters: 200 }).sections).toMatchObject([{ startLine: 68, endLine: 80 }]);
  });

  it("limits one section, so that a long chunk leaves room for others", () => {
    const packed = packHits([hit("long", 1, 500), hit("short", 1, 2)], {
      maxCharacters: 1000,
      maxSectionCharacters: 300,
    });
    expect(packed.sections.map(({ path }) => path)).toEqual(["long", "short"]);
    expect(packed.sections[0]?.text.length).toBeLessThanOrEqual(300);
  });

  it("does not change the hits it is given, and packs none into nothing", () => {
    const hits = [hit("a", 9, 9), hit("a", 1, 1)];
    const before = structuredClone(hits);
    pack(hits);
    expect(hits).toEqual(before);
    expect(pack([])).toEqual({ text: "", sections: [], omittedHits: 0 });
  });
});

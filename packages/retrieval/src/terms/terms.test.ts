import { describe, expect, it } from "vitest";
import { extractTerms } from "./extract-terms.ts";
import { hashTerm } from "./hash-term.ts";
import { pathWords } from "./path-words.ts";
import { scanWords } from "./scan-words.ts";
import { splitIdentifier } from "./split-identifier.ts";
import { stem } from "./stem.ts";
import { TermCounter } from "./term-counter.ts";
import { wordTerms } from "./word-terms.ts";

const hashes = (...terms: string[]) => terms.map(hashTerm);

describe("hashTerm", () => {
  it("stays what it is, because indexes hold it", () => {
    expect(["", "a", "session", "größe"].map(hashTerm)).toEqual([
      1_947_474_976, 1_817_065_451, 2_282_943_382, 1_474_540_050,
    ]);
  });
});

describe("stem", () => {
  it.each([
    ["parse parses parsed parsing", "pars"],
    ["cache caches cached caching", "cach"],
    ["class classes", "class"],
    ["query queries", "query"],
    ["run runs running", "run"],
    ["validate validates validation", "validat"],
    ["retry", "retry"],
    ["bus", "bus"],
    ["status", "status"],
    ["ids", "ids"],
    ["naïveté", "naïveté"],
  ])("brings %s to %s", (words, expected) => {
    expect([...new Set(words.split(" ").map(stem))]).toEqual([expected]);
  });
});

describe("splitIdentifier", () => {
  it.each([
    ["getUserName", ["get", "user", "name"]],
    ["HTTPServer", ["http", "server"]],
    ["parse_HTMLDoc", ["parse", "html", "doc"]],
    ["MAX_RETRIES", ["max", "retries"]],
    ["sha256Sum", ["sha256", "sum"]],
    ["__init__", ["init"]],
    ["ÜberGröße", ["über", "größe"]],
    ["検索結果", ["検索", "索結", "結果"]],
    ["___", []],
  ])("%s", (word, parts) => {
    expect(splitIdentifier(word)).toEqual(parts);
  });
});

describe("scanWords", () => {
  it("finds runs of letters, digits and underscores, whatever the script", () => {
    const words: string[] = [];
    scanWords('x = foo_bar(1,"größe")—検索。$y', (word) => words.push(word));
    expect(words).toEqual(["x", "foo_bar", "1", "größe", "検索", "y"]);
  });

  it("leaves out what is longer than a name can be", () => {
    const words: string[] = [];
    scanWords(`${"a".repeat(65)} ${"b".repeat(64)}`, (word) => words.push(word));
    expect(words).toEqual(["b".repeat(64)]);
  });
});

describe("wordTerms", () => {
  it("gives stems of the parts, and the whole of a word with several", () => {
    expect(wordTerms("parsedRows")).toEqual(hashes("pars", "row", "parsedrows"));
    expect(wordTerms("get_user")).toEqual(expect.arrayContaining(hashes("getuser")));
    expect(wordTerms("parsing")).toEqual(hashes("pars"));
  });

  it("does not take long numbers for words", () => {
    expect([wordTerms("404"), wordTerms("1234567"), wordTerms("0xdeadbeef")]).toEqual([hashes("404"), [], []]);
  });
});

describe("pathWords", () => {
  it.each([
    ["src/http/client-pool.ts", ["client", "pool"], ["http"]],
    ["src/http/index.ts", ["http"], ["src"]],
    ["click/__init__.py", ["click"], []],
    [".github/workflows/ci.yml", ["ci"], ["workflow"]],
    [".gitignore", ["gitignor"], []],
    ["a/userService.test.ts", ["user", "servic"], ["a"]],
  ])("%s", (path, inStem, parent) => {
    expect(pathWords(path)).toEqual({ stem: inStem, parent });
  });
});

describe("extractTerms", () => {
  const chunk = { startLine: 1, endLine: 2, kind: "method", symbol: "load", scope: ["Store"], definitions: ["load"] };

  function frequency(terms: { hashes: Uint32Array; frequencies: Uint8Array }, term: string): number {
    const at = terms.hashes.indexOf(hashTerm(term));
    return at === -1 ? 0 : (terms.frequencies[at] ?? 0);
  }

  it("weighs text, path, definitions and scope", () => {
    const terms = extractTerms({ path: "lib/cache/disk.ts", chunk, text: "load(id) { read(id) }" });
    const expected = { id: 2, read: 1, lib: 1, cach: 1, disk: 2, load: 3, stor: 1, nothing: 0 };
    expect(Object.fromEntries(Object.keys(expected).map((term) => [term, frequency(terms, term)]))).toEqual(expected);
  });

  it("counts a symbol once when it is among the definitions, and the extension never", () => {
    const terms = extractTerms({ path: "x.ts", chunk: { ...chunk, definitions: [] }, text: "" });
    expect([frequency(terms, "load"), frequency(terms, "ts")]).toEqual([2, 0]);
  });

  it("gives terms ascending by hash, and caps frequencies", () => {
    const text = `${"again ".repeat(300)}${Array.from({ length: 2000 }, (_, at) => `w${at}`).join(" ")}`;
    const terms = extractTerms({ path: "x", chunk: { ...chunk, symbol: null, scope: [], definitions: [] }, text });
    expect(frequency(terms, "again")).toBe(255);
    expect(terms.hashes.length).toBe(2002);
    expect(Array.from(terms.hashes)).toEqual(Array.from(terms.hashes).sort((a, b) => a - b));
  });
});

describe("extractTerms, by the unit", () => {
  it("finds in any text the terms of the words that stand in it, also in long ones and after others", () => {
    const pieces = [
      "parsedRows",
      "größe",
      "検索結果",
      "\ud83d\ude00",
      "\ud83d",
      "_",
      "x".repeat(65),
      "Ü",
      "—",
      "；",
      "404",
      " ",
      "\n",
      "a.b",
      "A1",
    ];
    const whole = (length: number, step: number) =>
      Array.from({ length }, (_, at) => pieces[(at * step + (at >> 3)) % pieces.length] ?? "").join("");
    const empty = { startLine: 1, endLine: 1, kind: "window", symbol: null, scope: [], definitions: [] };
    for (const text of [whole(40, 7), whole(5_000, 11), "", whole(7, 4), whole(900, 13).slice(5, 700)]) {
      const counts = new Map<number, number>();
      scanWords(text, (word) => {
        for (const term of wordTerms(word)) counts.set(term, Math.min(255, (counts.get(term) ?? 0) + 1));
      });
      const { hashes, frequencies } = extractTerms({ path: "", chunk: empty, text });
      expect([...hashes].map((hash, at) => [hash, frequencies[at]])).toEqual([...counts].sort(([a], [b]) => a - b));
    }
  });
});

describe("TermCounter", () => {
  it("is empty after draining, also after it grew", () => {
    const counter = new TermCounter();
    for (let term = 0; term < 5000; term += 1) counter.add(term * 1024, 1);
    counter.add(1024, 2);
    const first = counter.drain();
    expect([first.hashes.length, first.frequencies[1]]).toEqual([5000, 3]);
    counter.add(7, 1);
    expect(counter.drain()).toEqual({ hashes: Uint32Array.of(7), frequencies: Uint8Array.of(1) });
  });
});

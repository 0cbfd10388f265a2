// What somebody who writes the language expects to find by name: `outlines/LANGUAGE.txt` holds a source and, below the rule, every name
// that it defines, with its line, kind and what encloses it.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chunkTree } from "../chunker/chunker.ts";
import { outlineNames } from "../chunker/outline-names.ts";
import type { Grammar, Language } from "../languages/language.ts";
import { languages } from "../languages/registry.ts";
import { createSyntaxParser } from "./syntax.ts";

const syntax = createSyntaxParser(5_000, ["native"]);
const withGrammar = languages.filter(
  (each): each is Language & { grammar: Grammar } => each.grammar !== undefined && each.name !== "tsx",
);
const rule = `\n${"-".repeat(20)}\n`;

describe("the names of a source", () => {
  it.each(withGrammar)("in $name", async (language) => {
    const sample = readFileSync(new URL(`./outlines/${language.name}.txt`, import.meta.url), "utf8");
    const [text = "", expected = ""] = sample.split(rule);
    const outline = await syntax.parse(text, language);
    expect(outline.findErrors()).toEqual([]);
    const { symbols } = outlineNames(text, language, outline.definitions);
    const found = symbols.map(
      ({ line, kind, container, name }) => `${line} ${kind} ${[container, name].filter(Boolean).join(".")}`,
    );
    expect(found).toEqual(expected.trim().split("\n"));
    // Members name no chunk.
    const members = new Set(symbols.filter(({ kind }) => kind === "member").map(({ name }) => name));
    for (const { name, kind } of symbols) if (kind !== "member") members.delete(name);
    expect(chunkTree(outline).flatMap(({ definitions }) => definitions.filter((name) => members.has(name)))).toEqual(
      [],
    );
  });
});

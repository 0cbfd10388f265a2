// The WebAssembly builds make the same chunks as the native ones.
import { describe, expect, it } from "vitest";
import { chunkTree } from "../chunker/chunker.ts";
import type { Grammar, Language } from "../languages/language.ts";
import { languages } from "../languages/registry.ts";
import { samples } from "./samples.ts";
import { grammarSamples } from "./samples-by-grammar.ts";
import { createSyntaxParser, GrammarUnavailable, ParsingTimeout } from "./syntax.ts";

const native = createSyntaxParser(5_000, ["native"]);
const wasm = createSyntaxParser(20_000, ["wasm"]);

function languageOf(name: string): Language & { grammar: Grammar } {
  const language = languages.find((each) => each.name === name);
  if (!language?.grammar) throw new Error(`no grammar for ${name}`);
  return { ...language, grammar: language.grammar };
}

/** Compiling takes seconds for the large grammars: all of them in the full run only. */
const quick = new Set(["python", "go", "java", "lua"]);
const isFull = process.env["OUTPOST_FULL"] === "1";
const all = [...samples, ...grammarSamples].filter(
  ({ language }) => (isFull || quick.has(language)) && languageOf(language).grammar.wasm !== undefined,
);

describe("a grammar as WebAssembly", () => {
  it.each(all)("cuts $language as native code does: $name", async ({ language, text }) => {
    const known = languageOf(language);
    expect(await wasm.load(known)).toBe("wasm");
    expect(chunkTree(await wasm.parse(text, known))).toEqual(chunkTree(await native.parse(text, known)));
  });

  it("finds the same broken places", async () => {
    const known = languageOf("go");
    const text = "package a\n\nfunc f( {\n}\n";
    const errors = (await wasm.parse(text, known)).findErrors();
    expect(errors).toEqual((await native.parse(text, known)).findErrors());
    expect(errors[0]?.line).toBe(3);
  });

  it("forgets a text that took too long before it reads the next", async () => {
    const known = languageOf("go");
    const hasty = createSyntaxParser(400, ["wasm"]);
    const text = all.find(({ language }) => language === "go")?.text ?? "";
    await hasty.load(known);
    await expect(hasty.parse(text.repeat(30_000_000 / text.length), known)).rejects.toThrow(ParsingTimeout);
    expect(chunkTree(await hasty.parse(text, known))).toEqual(chunkTree(await native.parse(text, known)));
  });

  it("is refused by name where there is none", async () => {
    await expect(wasm.load(languageOf("swift"))).rejects.toThrow(GrammarUnavailable);
    await expect(wasm.parse("let x = 1\n", languageOf("zig"))).rejects.toThrow(/zig cannot be loaded.*WebAssembly/);
  });
});

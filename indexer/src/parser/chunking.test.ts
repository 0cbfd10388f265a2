// The chunker on real trees: what chunks look like per language, and that no source, however broken, loses a line.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkText, chunkTree } from "../chunker/chunker.ts";
import { chunkLimits } from "../chunker/limits.ts";
import { createLineTable } from "../chunker/lines.ts";
import type { Grammar, Language } from "../languages/language.ts";
import { languages, plainText } from "../languages/registry.ts";
import { samples as firstSamples } from "./samples.ts";
import { grammarSamples } from "./samples-by-grammar.ts";
import { createSyntaxParser, ParsingTimeout } from "./syntax.ts";

const samples = [...firstSamples, ...grammarSamples];
const syntax = createSyntaxParser(5_000, ["native"]);

async function chunk(text: string, language: Language) {
  const { grammar } = language;
  return grammar ? chunkTree(await syntax.parse(text, { ...language, grammar })) : chunkText(text, language);
}

/** Some grammars take seconds for a short text that is not of their language: by lines then, as the parser's process does. */
async function chunkAnything(text: string, language: Language) {
  return chunk(text, language).catch((error: unknown) => {
    if (error instanceof ParsingTimeout) return chunkText(text, language);
    throw error;
  });
}

const withGrammar = languages.filter((each): each is Language & { grammar: Grammar } => each.grammar !== undefined);

describe("chunks along the syntax", () => {
  it.each(samples)("$language: $name", async ({ language, text, chunks }) => {
    const found = withGrammar.find(({ name }) => name === language);
    if (!found) throw new Error(`no grammar for ${language}`);
    const actual = (await chunk(text, found)).map(
      (each) =>
        `${each.startLine}-${each.endLine} ${each.kind} ${[...each.scope, each.symbol ?? "-"].join(" > ")} [${each.definitions.join(" ")}]`,
    );
    expect(actual).toEqual(chunks);
  });
});

const runs = process.env["OUTPOST_FULL"] === "1" ? 1_500 : 25;

/** Pieces of real source in any order, cut anywhere, with any line ends, and some noise. */
const mutilated = fc
  .record({
    parts: fc.array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.tuple(fc.constantFrom(...samples.map(({ text }) => text)), fc.nat(), fc.nat(4_000)),
        },
        {
          weight: 2,
          arbitrary: fc.tuple(fc.string({ unit: "binary", maxLength: 40 }), fc.constant(0), fc.constant(400)),
        },
        {
          weight: 1,
          arbitrary: fc.tuple(
            fc.constantFrom("{", "}", "(", '"""', "/*", "`", "\n\n\n", "x".repeat(4_000), "\t", "#if\n", "'"),
            fc.constant(0),
            fc.constant(9_999),
          ),
        },
      ),
      { maxLength: 12, size: "max" },
    ),
    lineEnd: fc.constantFrom("\n", "\r\n"),
  })
  .map(({ parts, lineEnd }) =>
    parts
      .map(([text, start, length]) => text.slice(start % (text.length + 1)).slice(0, length))
      .join("")
      .replaceAll("\n", lineEnd),
  );

describe("any source", () => {
  it.each(
    languages
      .map((language) => [language.name, language] as const)
      .filter(([, { grammar }], index) => grammar || index % 5 === 0 || index < 7),
  )("of %s has each line in exactly one chunk, in order", async (_, language) => {
    await fc.assert(
      fc.asyncProperty(mutilated, async (text) => {
        const chunks = await chunkAnything(text, language);
        let expected = 1;
        for (const { startLine, endLine } of chunks) {
          if (startLine !== expected || endLine < startLine)
            throw new Error(`chunk ${startLine}-${endLine} at ${expected}`);
          expected = endLine + 1;
        }
        expect(expected - 1).toBe(createLineTable(text).count);
      }),
      { numRuns: runs },
    );
  });

  it("has chunks of a bounded size, unless a line alone is larger", async () => {
    await fc.assert(
      fc.asyncProperty(mutilated, fc.nat(withGrammar.length - 1), async (text, index) => {
        const language = withGrammar[index] ?? plainText;
        const lines = createLineTable(text);
        for (const { startLine, endLine } of await chunkAnything(text, language)) {
          const weight = lines.weightOf(startLine, endLine);
          if (startLine === endLine) continue;
          expect(weight).toBeLessThanOrEqual(chunkLimits.maxWeight + 4 * chunkLimits.tinyWeight);
        }
      }),
      { numRuns: runs },
    );
  });

  it("keeps the signature of a function that is split with what follows it, and none with the method of a class", async () => {
    const python = languages.find(({ name }) => name === "python") ?? plainText;
    const signature = "def visit_template(self, node: nodes.Template, frame: Frame | None = None) -> None:";
    const body = Array.from({ length: 60 }, (_, line) => `    self.writeline("statement number ${line}", node)`);
    const split = await chunk([signature, ...body, ""].join("\n"), python);
    expect(split.length).toBeGreaterThan(1);
    expect(split[0]).toMatchObject({ startLine: 1, symbol: "visit_template" });
    expect(split[0]?.endLine).toBeGreaterThan(20);

    const head = `class Generator(${Array.from({ length: 12 }, (_, base) => `BaseOfMany${base}`).join(", ")}):`;
    const members = ["first", "second"].flatMap((name) => [
      `    def ${name}(self):`,
      ...body.slice(0, 30).map((line) => `    ${line}`),
      "",
    ]);
    const [first, second] = await chunk([head, ...members].join("\n"), python);
    expect(first).toMatchObject({ startLine: 1, endLine: 1, symbol: "Generator" });
    expect(second).toMatchObject({ startLine: 2, symbol: "first" });
  });

  it("may be nested very deeply", async () => {
    for (const language of withGrammar) {
      const text = `x = ${"(\n".repeat(3_000)}1${"\n)".repeat(3_000)}\n${"{[".repeat(1_500)}`;
      const chunks = await chunkAnything(text, language);
      expect(chunks.at(-1)?.endLine).toBe(createLineTable(text).count);
    }
  });
});

import type { Parser } from "@outpost/indexer";
import { afterAll, describe, expect, it } from "vitest";
import { createBenchParser } from "../retrieval/bench-parser.ts";
import { uncomment } from "./choose-comments.ts";

const parser = createBenchParser();
afterAll(() => parser.close());

const text =
  "/** Tells how wide the drawn text is. */\nfunction width(text) {\n  const a = text;\n  return a.length;\n}\n";

describe("what is asked about a file", () => {
  it("has the lines of the text without comments", async () => {
    const { text: without, functions } = await uncomment("src/width.js", text, parser);
    expect(without).toBe(text.slice(text.indexOf("function")));
    const query = "Tells how wide the drawn text is.";
    expect(functions).toEqual([{ query, path: "src/width.js", name: "width", startLine: 1, endLine: 4 }]);
  });

  it("is nothing, and the text stays as it is, where more than comments would change", async () => {
    let parsed = 0;
    const forgetful: Parser = {
      ...parser,
      parse: async (input) => {
        const result = await parser.parse(input);
        return ++parsed === 1 ? result : { ...result, outline: { symbols: [], names: [], counts: [] } };
      },
    };
    expect(await uncomment("src/width.js", text, forgetful)).toEqual({ text, functions: [] });
    expect(parsed).toBe(2);
  });

  it("is nothing for short and for very long functions, for overloads taken for one, and without a grammar", async () => {
    const short = text.replace("\n  const a = text;\n  return a.length;\n", "");
    expect((await uncomment("src/width.js", short, parser)).functions).toEqual([]);
    const long = text.replace("  const a", `${"  x();\n".repeat(150)}  const a`);
    expect((await uncomment("src/width.js", long, parser)).functions).toEqual([]);
    const overloads =
      "class A {\n  /** Tells how wide the drawn text is. */\n  int width(int a) {\n    return a;\n  }\n  /** The same for the text of a whole page. */\n  int width(String a) {\n    return 1;\n  }\n}\n";
    expect((await uncomment("src/A.java", overloads, parser)).functions).toEqual([]);
    const perl = "# Tells how wide the drawn text is.\nsub width {\n  my $a = shift;\n  return $a;\n}\n";
    expect(await uncomment("src/width.pl", perl, parser)).toEqual({ text: perl, functions: [] });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grammarSamples } from "../parser/samples-by-grammar.ts";
import type { Lexis } from "./lexis.ts";
import { getLanguage, languages } from "./registry.ts";
import { scanNames } from "./scan-names.ts";

function namesIn(language: string, text: string): string[] {
  const { lexis } = getLanguage(language);
  const names: string[] = [];
  if (lexis) scanNames(text, lexis, (name) => names.push(name));
  return names;
}

describe("the names in a text", () => {
  it.each([
    [
      "python",
      'def load(path):  # not this\n    """nor this"""\n    return f"{parse(path)} text" + "nor this"',
      "def load path return parse path",
    ],
    ["python", "x1 = r'a\\b' + b'c'; it's broken\nstill_seen()", "x1 it broken still_seen"],
    ["javascript", "call(`text \u0024{inner(value)} more`); // no\n/* no */ 'no'", "call inner value"],
    ["typescript", "it's\nnext_line()", "it next_line"],
    ["c", "int f(void) { return g('x', \"no\"); } /* unclosed", "int void return"],
    ["go", "a := `raw no`\nb := call('x')", "call"],
    ["rust", 'fn f<\'a>(x: &\'a str) { println!("{value} {}", r#"no "no" "#) }', "fn str println value"],
    ["csharp", 'var x = $"{call(y1)} no" + @"no ""no"" ";', "var call y1"],
    ["kotlin", 'val x = "no $name no \u0024{call(y1)}"', "val name call y1"],
    ["swift", 'let x = "no \\(call(y1)) no"', "let call y1"],
    ["ruby", '# no\nempty? ? "no #{call(y1)}" : save!', "empty? call y1 save!"],
    ["php", '// no\n$this->read("no $key"); # no', "$this read key"],
    ["bash", "my-func --x # no\necho \"$(other-func) $HOME\" 'no'", "my-func echo other-func HOME"],
    ["haskell", '-- no\nfoldl\' go {- no -} "no"', "foldl' go"],
    ["lua", "--[[ no\nno ]] print([[no]]) -- no", "print"],
    [
      "elixir",
      '@doc ~S"""\nno #{no}\n"""\n@doc """\nno "no" #{call(y1)}\n"""\ndef run, do: "" <> "no"',
      "doc doc call y1 def run do",
    ],
    ["csharp", 'var x = $"""no {call(y1)} "no" """ + y2;', "var call y1 y2"],
    ["java", 'String s = """\n no """ + call();', "String call"],
    ["json", '{"no": 1}', ""],
  ])("of %s: %j", (language, text, names) => {
    const skipped = new Set(["int", "void", "return"]);
    const wanted = names.split(" ").filter((name) => name !== "" && !skipped.has(name));
    expect(namesIn(language, text).filter((name) => !skipped.has(name))).toEqual(wanted);
  });

  it("are those that one expression for all tokens finds, and stand where they are said to, in any text", () => {
    const withLexis = languages.flatMap(({ lexis }) => lexis ?? []);
    const piece = fc.oneof(
      fc.constantFrom(...grammarSamples.map((sample) => sample.text)),
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "a",
        "f",
        "fb",
        "r",
        "e\u0301",
        "\u{1d4d0}\u{1d4d1}",
        "\u65e5\u672c",
        "\u00d7",
        "_",
        "9",
        "?",
        "!",
      ),
      fc.constantFrom('"', "'", "/*", "*/", "//", "`", "\u0024{", "#{", "}", '"""', "'''", "\\", "\n", " ", ":", "."),
      fc.constantFrom("#", "--", "{-", "[[", "@", "=begin", "r#", "-", "u"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(withLexis.length - 1), (parts, index) => {
        const whole = parts.join("");
        const lexis = withLexis[index] as Lexis;
        const found: [string, number][] = [];
        scanNames(whole, lexis, (name, offset) => found.push([name, offset]));
        for (const [name, offset] of found) expect(whole.slice(offset, offset + name.length)).toBe(name);
        expect(found).toEqual(namesByExpression(whole, lexis));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** What `lexis.ts` says, as it is said there. */
function namesByExpression(text: string, lexis: Lexis): [string, number][] {
  const name = lexis.name ?? "[\\p{L}_$][\\p{L}\\p{N}_$]*";
  const token = new RegExp(`(${lexis.interpolated?.join("|") ?? "(?!)"})|(?:${lexis.skip.join("|")})|(${name})`, "gu");
  const found: [string, number][] = [];
  for (const { 0: whole, 1: string, 2: word, index } of text.matchAll(token)) {
    if (word !== undefined) found.push([word, index]);
    if (string === undefined || lexis.hole === undefined) continue;
    for (const inside of whole.matchAll(new RegExp(lexis.hole, "gu"))) {
      const code = inside.slice(1).find((group) => group !== undefined) ?? "";
      const start = index + inside.index + inside[0].indexOf(code);
      for (const each of code.matchAll(new RegExp(name, "gu"))) found.push([each[0], start + each.index]);
    }
  }
  return found.filter(([word]) => word.length > 1 && word.length <= 100);
}

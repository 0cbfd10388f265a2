import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grammarSamples } from "../parser/samples-by-grammar.ts";
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

  it("stand where they are said to, in any text", () => {
    const withLexis = languages.filter(({ lexis }) => lexis !== undefined);
    const text = fc.array(
      fc.oneof(
        fc.constantFrom(...grammarSamples.map((sample) => sample.text)),
        fc.string({ unit: "binary" }),
        fc.constantFrom('"', "'", "/*", "`", "\u0024{", '"""'),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(text, fc.nat(withLexis.length - 1), (parts, index) => {
        const whole = parts.join("");
        const { lexis } = withLexis[index] ?? {};
        let last = -1;
        if (lexis)
          scanNames(whole, lexis, (name, offset) => {
            expect(whole.slice(offset, offset + name.length)).toBe(name);
            expect(offset).toBeGreaterThan(last);
            last = offset;
          });
      }),
      { numRuns: 100 },
    );
  });
});

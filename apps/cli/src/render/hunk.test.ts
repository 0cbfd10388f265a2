import { describe, expect, it } from "vitest";
import { renderHunk } from "./hunk.ts";
import { readablePaint } from "./samples.ts";
import { splitWords, tokenize } from "./syntax.ts";

const place = { id: "0123456789abcdef", oldStart: 1, oldLines: 1, newStart: 1, newLines: 1 };
const render = (lines: string[], language = "python") =>
  renderHunk({ ...place, lines }, language, readablePaint(80, true)).slice(1);

describe("a hunk", () => {
  it("shows the words that changed within lines that stand against each other", () => {
    expect(render(["-total = price * rate", "+total = price * tax_rate"])).toEqual([
      "<red:-><red:total = price * ><red,bold,underline:rate>",
      "<green:+><green:total = price * ><green,bold,underline:tax_rate>",
    ]);
  });

  it("shows lines with little in common, and lines without a partner, as whole ones", () => {
    expect(render(["-return a - b", "+raise NotImplementedError(message)", "+    pass"])).toEqual([
      "<red:-return a - b>",
      "<green:+raise NotImplementedError(message)>",
      "<green:+    pass>",
    ]);
  });

  it("shows the lines around in the colours of their language", () => {
    expect(render([' if x == 10:  # "ten"'])).toEqual([' <magenta:if> x == <cyan:10>:  <dim:# "ten">']);
    expect(render([' const s = "a // b"; // c'], "typescript")).toEqual([
      ' <magenta:const> s = <yellow:"a // b">; <dim:// c>',
    ]);
    expect(render([" if 10 words"], "markdown")).toEqual([" if 10 words"]);
  });

  it("goes on below, behind a mark in the place of the sign, where a line is wider than the terminal", () => {
    const narrow = (lines: string[], columns: number, hasColours = false) =>
      renderHunk({ ...place, lines }, "python", readablePaint(columns, hasColours)).slice(1);
    expect(narrow(["+aaaaaaaaaaaaaaaaaaa-b", " cccccccccccccccccccc", "-ddd"], 20)).toEqual([
      "+aaaaaaaaaaaaaaaaaaa",
      "↳-b",
      " ccccccccccccccccccc",
      "↳c",
      "-ddd",
    ]);
    const shown = narrow(["-total = price * rate # one", "+total = price * tax_rate # one"], 20, true);
    expect(shown).toEqual([
      "<red:-><red:total = price * ><red,bold,underline:rat>",
      "<dim:↳><red,bold,underline:e><red: # one>",
      "<green:+><green:total = price * ><green,bold,underline:tax>",
      "<dim:↳><green,bold,underline:_rate><green: # one>",
    ]);
    expect(narrow(["+\t\tabcdefg", "-\t\t\tif"], 20)).toEqual(["+\t\tabcd", "↳efg", "-\t\t", "↳\tif"]);
    const long = `+${"a - b".repeat(100)}`;
    expect(narrow([long], Number.POSITIVE_INFINITY)).toEqual([long]);
  });

  it("cannot be used to steer the terminal", () => {
    expect(render(["+a \u001b[8m"])).toEqual(["<green:+a \\x1b[8m>"]);
  });
});

it.each(["", "x", "  a_b(1.5e3, 'it\\'s', \"open", "größe = 🧪 + `t` /* c */ x // y", "\t#!", "a".repeat(50)])(
  "nothing of %j is lost",
  (line) => {
    for (const language of ["python", "typescript", "text"])
      expect(
        tokenize(line, language)
          .map(({ text }) => text)
          .join(""),
      ).toBe(line);
    expect(splitWords(line).join("")).toBe(line);
  },
);

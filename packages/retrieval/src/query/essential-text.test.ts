import { cpuMs } from "@outpost/testkit";
import { describe, expect, it } from "vitest";
import { essentialText, textToEmbed } from "./essential-text.ts";
import { parseQuery } from "./parse-query.ts";

const form = `Crash when the pool is closed twice

<!-- Please search the existing issues
before you file a new one. -->

- [x] I have searched the existing issues
- [ ] I would like to send a fix
  or to help with one

### Describe the bug

Closing the pool a second time raises \`PoolError\`, see
https://github.com/org/repo/blob/main/src/pool/close.py#L42 and https://example.com/questions/123/why-does-it-fail, or open \`http://localhost/a\` there.

**Expected behavior**
Nothing happens.

### Environment
- Python version: 3.11.4
- OS: Ubuntu 22.04
`;

describe("essentialText", () => {
  it("leaves out what the form says, and keeps what the person says", () => {
    const essential = essentialText(form);
    for (const kept of ["closed twice", "PoolError", "src/pool/close.py:42", "Nothing happens"])
      expect(essential).toContain(kept);
    expect(essential).toContain("open ` ` there");
    for (const gone of [
      "search",
      "help with one",
      "Describe the bug",
      "Expected",
      "Ubuntu",
      "3.11",
      "example.com",
      "github",
    ])
      expect(essential).not.toContain(gone);
  });

  it("keeps the place in a file that a browser loaded", () => {
    const trace = "at App (http://localhost:5173/src/App.jsx?t=1690:12:5), run@https://example.com/static/main.js:3:7";
    expect(essentialText(trace)).toBe("at App (src/App.jsx:12), run@static/main.js:3");
  });

  it.each([
    "how are retries counted",
    "Environment",
    "python version: 3",
    "https://example.com",
    "",
    "# Steps to reproduce\n".repeat(20),
  ])("takes a short query, or one that is nothing but form, as it is: %j", (query) => {
    expect(essentialText(query)).toBe(query);
  });

  it("takes no long time over a hostile text", () => {
    const cost = cpuMs(() => {
      for (const part of ["<!--", "https://a/b/c/blob/", "- [x] ", "#### steps to ", " ", "# what is your \n"])
        essentialText(part.repeat(20_000));
    });
    expect(cost).toBeLessThan(2000);
  });
});

describe("the title of a longer text", () => {
  it("stands for the text where paths and names are compared, and counts more among its words", () => {
    const body = Array.from({ length: 30 }, (_, at) => `filler${at}`).join(" ");
    const { terms, words } = parseQuery(`close the pool\n${body}`);
    expect(words.map(({ text }) => text)).toEqual(["clos", "pool"]);
    expect(terms.filter(({ weight }) => weight > 1).map(({ text }) => text)).toEqual(["close", "pool"]);
    expect(terms).toHaveLength(32);
  });

  it("counts more in the vector's text, when there is a body", () => {
    expect(textToEmbed("one line")).toBe("one line");
    expect(textToEmbed(`title\n${"body ".repeat(9)}`).split("title")).toHaveLength(5);
  });
});

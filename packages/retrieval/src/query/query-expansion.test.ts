import { describe, expect, it } from "vitest";
import { essentialText } from "./essential-text.ts";
import { composeExpansionPrompt, expandQuery, readExpansion } from "./query-expansion.ts";

const whole = '{"names": ["retryDelay"], "words": ["retry", "backoff"]}';

describe("an expansion's answer", () => {
  it("is read where it is the object, stands in a fence, or among words", () => {
    const expected = { names: ["retryDelay"], words: ["retry", "backoff"] };
    expect(readExpansion(whole)).toEqual(expected);
    expect(readExpansion(`Sure!\n\`\`\`json\n${whole}\n\`\`\`\nThat is all.`)).toEqual(expected);
  });

  it("is read where lists are texts, words are names, or things are missing", () => {
    const text = '{"words": "retry, back-off\\nmaxDelay"}';
    expect(readExpansion(text)).toEqual({ names: [], words: ["retry", "back", "off", "max", "delay"] });
    const odd = '{"names": [1, null, "pollOnce", "pollOnce", "--"], "words": {"a": 1}}';
    expect(readExpansion(odd)).toEqual({ names: ["pollOnce"], words: [] });
  });

  const lists = { names: ["retryDelay", "nextTry()"], words: ["retry", "backoff"] };
  it.each([
    ["cut off", '{"names": ["retryDelay", "nextTry()"], "words": ["retry", "backoff", "ba'],
    ["with commas and comments", '{"names": ["retryDelay", // one\n "nextTry()",], "words": ["retry", "backoff"],}'],
    ["in single quotes", "{'names': ['retryDelay', 'nextTry()'], 'words': ['retry', 'backoff']}"],
    ["behind thoughts", `<think>{names: ["x1"]} or {y}?</think>${JSON.stringify(lists)}`],
    ["within another", JSON.stringify([{ expansion: lists }])],
    ["as lines", "Names: `retryDelay`, `nextTry()`\n**Words:** retry, backoff."],
    ["as bullets", "Sure:\nNames:\n- retryDelay\n- nextTry()\n\nWords:\n 1. retry\n 2. backoff\nAsk me for more!"],
  ])("is read %s", (_how, answer) => expect(readExpansion(answer)).toEqual(lists));

  it("is taken as words where it is a bare list, and not where it is sentences", () => {
    const words = ["retry", "backoff", "max", "delay"];
    expect(readExpansion("- retry\n- `backoff`\n- max delay")).toEqual({ names: [], words });
    expect(readExpansion("retry, backoff, maxDelay")?.words).toEqual(words);
    for (const answer of ["I'm sorry, but I can't help with that request.", "Sure, here is what I would look for:"])
      expect(readExpansion(answer)).toBeNull();
  });

  it.each(["重试", "退避策略", "リトライ", "재시도", "HTTP接続"])(
    "keeps the word %s whole, which has no spaces",
    (word) => {
      expect(readExpansion(JSON.stringify({ words: [word, "锁", "id"] }))?.words).toEqual([word.toLowerCase()]);
    },
  );

  it("has no names that a search would take for more: places, traces, sentences and control characters are words", () => {
    const places = ["src/retry.ts:12", "C:\\sources\\main.c", 'File "poll.py", line 3', "\u001b[31mred", "one of them"];
    const read = readExpansion(
      JSON.stringify({ names: ["http::Client.retry", ...places], words: ["\u043f\u0440\u0438"] }),
    );
    expect(read?.names).toEqual(["http::Client.retry"]);
    expect(read?.words.slice(0, 5)).toEqual(["\u043f\u0440\u0438", "src", "retry", "sources", "main"]);
    expect(JSON.stringify(read)).not.toMatch(/u001b|[/:\\]\d|py"/);
    expect(readExpansion(String.raw`{"words": ["\u043f\u0440\u0438"]}`)?.words).toEqual(["\u043f\u0440\u0438"]);
  });

  it("is nothing where it holds no word, and never more than its bounds", () => {
    for (const answer of ["", "{}", "1234 -- ...", '{"words": ["the", "of"]}'])
      expect(readExpansion(answer)).toBeNull();
    const many = Array.from({ length: 500 }, (_, at) => `word${String.fromCharCode(97 + (at % 26))}${at}`);
    const names = ["x".repeat(81), ...many.slice(0, 40)];
    const read = readExpansion(JSON.stringify({ names, words: many.slice(0, 200) }));
    expect(read?.names).toEqual(many.slice(0, 8));
    expect(read?.words).toHaveLength(16);
    expect(readExpansion(`${many.join(", ")}, `.repeat(100))?.words).toHaveLength(16);
    // A letter that is two when it is small.
    expect(readExpansion(JSON.stringify({ words: ["\u0130".repeat(60)] }))).toBeNull();
  });
});

describe("an expansion", () => {
  it("stands behind a question", () => {
    const expansion = { names: ["http::Client.retryMaxMs"], words: ["retry", "later"] };
    expect(expandQuery("wait longer", expansion)).toBe("wait longer http::Client.retryMaxMs retry later");
  });

  it("stands behind the title of a longer text, where no form takes it away", () => {
    const expansion = { names: ["retryDelay"], words: ["backoff"] };
    const issue = `<!-- Thanks\nfor reporting. -->\n### Description\nIt comes again at once\n${"Each time the server refuses it. ".repeat(6)}\n### Environment\nNode version: 20.1`;
    const [title, ...body] = essentialText(expandQuery(issue, expansion)).trim().split("\n");
    expect(title).toBe("It comes again at once retryDelay backoff");
    expect(body.join()).not.toMatch(/backoff|20\.1/);
  });

  it("is asked for with the languages, and of a long text with its beginning", () => {
    const { system, user } = composeExpansionPrompt(`begin ${"x".repeat(9000)}`, ["rust", "c"]);
    expect(system).toContain("written in rust, c.");
    expect(composeExpansionPrompt("q", []).system).not.toContain("written in");
    expect(user).toHaveLength(2000);
  });
});

import { describe, expect, it } from "vitest";
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

  it("is taken as plain words where it is no object, cut off or not", () => {
    expect(readExpansion("retry, backoff with a delay")?.words).toEqual(["retry", "backoff", "delay"]);
    expect(readExpansion('{"names": ["retryDelay"], "words": ["retry", "ba')?.words).toContain("retry");
  });

  it("is nothing where it holds no word, and never more than its bounds", () => {
    for (const answer of ["", "{}", "1234 -- ...", '{"words": ["the", "of"]}'])
      expect(readExpansion(answer)).toBeNull();
    const many = Array.from({ length: 500 }, (_, at) => `word${String.fromCharCode(97 + (at % 26))}${at}`);
    const names = ["x".repeat(81), ...many.slice(0, 40)];
    const read = readExpansion(JSON.stringify({ names, words: many.slice(0, 200) }));
    expect(read?.names).toEqual(many.slice(0, 8));
    expect(read?.words).toHaveLength(16);
    expect(readExpansion(`${many.join(" ")} `.repeat(100))?.words).toHaveLength(16);
  });
});

describe("an expansion", () => {
  it("stands behind the query", () => {
    const expansion = { names: ["http::Client.retryMaxMs"], words: ["retry", "later"] };
    expect(expandQuery("wait longer", expansion)).toBe("wait longer http::Client.retryMaxMs retry later");
  });

  it("is asked for with the languages, and of a long text with its beginning", () => {
    const { system, user } = composeExpansionPrompt(`begin ${"x".repeat(9000)}`, ["rust", "c"]);
    expect(system).toContain("written in rust, c.");
    expect(composeExpansionPrompt("q", []).system).not.toContain("written in");
    expect(user).toHaveLength(2000);
  });
});

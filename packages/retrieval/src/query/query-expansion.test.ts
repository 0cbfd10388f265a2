import { describe, expect, it } from "vitest";
import { composeExpansionPrompt, expansionText, expansionWords, readExpansion } from "./query-expansion.ts";

const whole = '{"names": ["retryDelay"], "words": ["retry", "backoff"], "comment": "Waits before the next attempt."}';

describe("an expansion's answer", () => {
  it("is read where it is the object, stands in a fence, or among words", () => {
    const expected = { names: ["retryDelay"], words: ["retry", "backoff"], comment: "Waits before the next attempt." };
    expect(readExpansion(whole)).toEqual(expected);
    expect(readExpansion(`Sure!\n\`\`\`json\n${whole}\n\`\`\`\nThat is all.`)).toEqual(expected);
  });

  it("is read where lists are texts, words are names, or things are missing", () => {
    expect(readExpansion('{"words": "retry, back-off\\nmaxDelay"}')).toEqual({
      ...{ names: [], comment: "" },
      words: ["retry", "back", "off", "max", "delay"],
    });
    expect(readExpansion('{"names": [1, null, "pollOnce", "pollOnce"], "words": {"a": 1}, "comment": 7}')).toEqual({
      ...{ names: ["pollOnce"], words: [], comment: "" },
    });
  });

  it("is taken as plain words where it is no object, cut off or not", () => {
    expect(readExpansion("retry, backoff and the delay")?.words).toEqual(
      ["retry", "backoff", "and", "delay"].slice(0, 2).concat("delay"),
    );
    expect(readExpansion('{"names": ["retryDelay"], "words": ["retry", "ba')?.words).toContain("retry");
  });

  it("is nothing where it holds no word, and never more than its bounds", () => {
    for (const answer of ["", "{}", "1234 -- ...", '{"words": ["the", "of"]}'])
      expect(readExpansion(answer)).toBeNull();
    const many = Array.from({ length: 500 }, (_, at) => `word${String.fromCharCode(97 + (at % 26))}${at}`);
    const read = readExpansion(
      JSON.stringify({
        names: [...many.slice(0, 40), "x".repeat(81)],
        words: many.slice(0, 200),
        comment: "c ".repeat(900),
      }),
    );
    expect(read?.names).toHaveLength(8);
    expect(read?.words).toHaveLength(16);
    expect(read?.comment.length).toBeLessThanOrEqual(300);
    expect(readExpansion(`${many.join(" ")} `.repeat(100))?.words).toHaveLength(16);
  });
});

describe("an expansion", () => {
  it("gives the single words of its names, and all of it as one text", () => {
    const expansion = { names: ["http::Client.retryMaxMs", "a_b"], words: ["retry", "the"], comment: "Waits." };
    expect(expansionWords(expansion)).toEqual(["retry", "max"]);
    expect(expansionText(expansion)).toBe("Waits. http::Client.retryMaxMs a_b retry the");
  });

  it("is asked for with the languages, and of a long text with its beginning", () => {
    const { system, user } = composeExpansionPrompt(`begin ${"x".repeat(9000)}`, ["rust", "c"]);
    expect(system).toContain("written in rust, c.");
    expect(composeExpansionPrompt("q", []).system).not.toContain("written in");
    expect(user).toHaveLength(2000);
  });
});

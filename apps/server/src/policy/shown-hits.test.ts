import type { FileRules } from "@outpost/core";
import type { SearchResponse } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { withoutDenied } from "./shown-hits.ts";

const rulesOf = (closed: RegExp): FileRules => ({
  judge: (path) => ({ access: closed.test(path) ? "deny" : "write", reason: "", rule: null }),
});

const answer = (...paths: string[]) => ({ hits: paths.map((path) => ({ path })) }) as SearchResponse;
const shown = (response: SearchResponse) => response.hits.map(({ path }) => path);

describe("withoutDenied", () => {
  it("asks the rules that are given, however often and whatever others said of a path", () => {
    const [first, second] = [rulesOf(/^a/), rulesOf(/^b/)];
    for (let round = 0; round < 2; round += 1) {
      expect(shown(withoutDenied(answer("a.ts", "b/c.ts"), first))).toEqual(["b/c.ts"]);
      expect(shown(withoutDenied(answer("a.ts", "b/c.ts"), second))).toEqual(["a.ts"]);
    }
    const many = Array.from({ length: 2_500 }, (_, at) => `${at % 2 === 0 ? "b" : "d"}/${at}.ts`);
    expect(shown(withoutDenied(answer(...many), second)).every((path) => path.startsWith("d/"))).toBe(true);
    expect(shown(withoutDenied(answer(...many, "a.ts"), second))).toHaveLength(1_251);
  });
});

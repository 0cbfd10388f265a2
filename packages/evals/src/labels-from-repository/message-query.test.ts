import { describe, expect, it } from "vitest";
import { queryOfCommit } from "./message-query.ts";

const author = "A Person <person@example.invalid>";

describe("a commit's message as a question", () => {
  const kept: [message: string, query: string][] = [
    ["Keep parentheses around lambdas (#512)\n", "Keep parentheses around lambdas"],
    [
      "Retry when the server is away\n\nThe client gave up at once.\n\nFixes #12, #13 and other/project#4.\nSigned-off-by: A <a@b.c>\nHelped-by: B <b@b.c>\nReviewed-by: C\nChange-Id: I123\n",
      "Retry when the server is away\n\nThe client gave up at once.",
    ],
    [
      "Do not log from signal handlers (#1)\n\n* Do not log from signal handlers\n\n* Handle the second signal too\n\n---------\n\n* Update changelog",
      "Do not log from signal handlers\n\n* Handle the second signal too",
    ],
    [
      "Read caches of other versions\n\nSee https://example.invalid/some/project/issues/3 (partly)\nWork on GH-77.",
      "Read caches of other versions",
    ],
    ["parser: Accept tabs after labels\r\n\r\n<!-- a form\nof the host -->", "parser: Accept tabs after labels"],
    ["Fix unstable formatting of comments", "Fix unstable formatting of comments"],
    ["Opt-in: make the cache of tokens smaller", "Opt-in: make the cache of tokens smaller"],
  ];
  it.each(kept)("keeps what %j says", (message, query) => {
    expect(queryOfCommit({ author, message })).toBe(query);
  });

  it.each([
    'Revert "Retry when the server is away"',
    "Merge branch 'main' into topic of many things",
    "Bump actions/checkout from 4 to 5 in the workflows",
    "build(deps): bump golang.org/x/net from 0.56.0 to 0.57.0",
    "Update dependency postcss to v8.5.22",
    "releaser: Prepare repository for release of 0.166.0",
    "v2.17.0 of the library is out",
    "docs: say where the cache of tokens lies",
    "Fix a few typos in the parser",
    "fixup! Retry when the server is away",
  ])("calls %j upkeep", (message) => {
    expect(queryOfCommit({ author, message })).toEqual({ none: "upkeep" });
  });

  it.each(["dependabot[bot] <x@y.z>", "Some CI Robot <x@y.z>", "renovate <x@y.z>", "hugoreleaser <x@y.z>"])(
    "asks nothing for %s",
    (program) => {
      const message = "Retry when the server is away";
      expect(queryOfCommit({ author: program, message })).toEqual({ none: "by a program" });
    },
  );

  it("takes a person for a person", () => {
    const message = "Retry when the server is away";
    expect(queryOfCommit({ author: "Anna Talbot <anna@abbot.example>", message })).toBe(message);
  });

  it("wants a few words, and bounds a long message at a word", () => {
    expect(queryOfCommit({ author, message: "Fix #12 again" })).toEqual({ none: "a message of few words" });
    const query = queryOfCommit({
      author,
      message: `Retry\n${Array.from({ length: 2_000 }, (_, at) => `word${at}`).join(" ")}`,
    });
    expect(query).toMatch(/ word\d+$/);
    expect(String(query).length).toBeLessThanOrEqual(4_000);
    expect(String(query).length).toBeGreaterThan(3_900);
  });

  it.each([`A${"-a".repeat(100_000)}`, `see ${"also ".repeat(50_000)}`, `fixes ${"#1, ".repeat(50_000)}`])(
    "reads the beginning of a message without end (%#)",
    (message) => {
      const query = queryOfCommit({ author, message: `Retry when the server is away\n\n${message}` });
      expect(String(query)).toMatch(/^Retry when the server is away/);
      expect(String(query).length).toBeLessThanOrEqual(4_000);
    },
  );
});

// The ranking of a small corpus, as numbers that a change shows in its diff (`npx vitest run packages/retrieval --update` records new ones).
// It guards behaviour; whether search is good is measured by the benchmark in packages/evals.
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { SearchIndex } from "../index/search-index.ts";
import type { Chunk, LoadedEntry } from "../ports/catalog.ts";
import { extractTerms } from "../terms/extract-terms.ts";

const fixture = (name: string) => readFile(new URL(`./fixtures/${name}`, import.meta.url), "utf8");

/** Files after "=== path", chunks after "--- kind symbol scope". */
function parseCorpus(text: string): LoadedEntry[] {
  let nextChunkId = 1;
  return text
    .split(/^=== /m)
    .slice(1)
    .map((file, index) => {
      const [path = "", ...lines] = file.split("\n");
      const parts = lines.join("\n").split(/^--- /m).slice(1);
      let startLine = 1;
      const chunks: { chunk: Chunk; text: string }[] = parts.map((part) => {
        const [head = "", ...body] = part.trimEnd().split("\n");
        const [kind = "block", symbol = null, ...scope] = head.split(" ");
        const chunk = {
          startLine,
          endLine: startLine + body.length - 1,
          kind,
          symbol,
          scope,
          definitions: symbol === null ? [] : [symbol],
        };
        startLine += body.length;
        return { chunk, text: body.join("\n") };
      });
      const entry: LoadedEntry = {
        ...{
          entryId: index + 1,
          path,
          blob: path,
          language: "text",
          firstChunkId: nextChunkId,
          vectors: new Int8Array(0),
        },
        chunks: chunks.map(({ chunk }) => chunk),
        terms: chunks.map(({ chunk, text: content }) => extractTerms({ path, chunk, text: content })),
      };
      nextChunkId += chunks.length;
      return entry;
    });
}

describe("golden ranking", () => {
  it("is what is recorded", async () => {
    const index = new SearchIndex();
    const entries = parseCorpus(await fixture("corpus.txt"));
    index.add(entries);
    const view = index.createView(entries.map(({ entryId }) => entryId));
    const lines: string[] = [];
    let total = 0;
    const queries = (await fixture("queries.txt")).trim().split("\n");
    for (const line of queries) {
      const [query = "", answers = ""] = line.split(" => ");
      const hits = index.search({ query, view, limit: 10 });
      const ranks = answers.split(" ").map((path) => hits.findIndex((hit) => hit.path === path) + 1);
      const reciprocal = Math.max(0, ...ranks.filter((rank) => rank > 0).map((rank) => 1 / rank));
      total += reciprocal;
      const first = hits[0];
      const found = first === undefined ? "nothing" : `${first.path}:${first.startLine} ${first.score.toFixed(3)}`;
      lines.push(`${query} | ranks ${ranks.join(" ")} | first ${found}`);
    }
    const meanReciprocal = total / queries.length;
    expect(queries.length).toBeGreaterThanOrEqual(20);
    expect(meanReciprocal).toBeGreaterThan(0.9);
    const report = [`mean reciprocal rank ${meanReciprocal.toFixed(3)}`, ...lines, ""].join("\n");
    await expect(report).toMatchFileSnapshot("./fixtures/expected-ranking.txt");
  });
});

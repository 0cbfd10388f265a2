import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chunkText, createFilePolicy, detectLanguage, type Parser } from "@outpost/indexer";
import { loadStaticEmbedder } from "@outpost/models";
import { weights } from "@outpost/retrieval";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCorpus } from "./corpus.ts";
import type { Skipped, Target } from "./labels.ts";
import { describeLostAnswers, measure, prepareRepositories, runQueries } from "./measure.ts";
import { formatCosts, formatSummaries, summarize, summarizeCosts } from "./report.ts";
import { formatAblation, formatCrossValidation } from "./study-report.ts";
import { ablate, crossValidate } from "./weight-studies.ts";

/** Chunks by lines, in this process. */
const parser = {
  parse: async ({ path, text }: { path: string; text: string }) => ({
    chunks: chunkText(text, detectLanguage(path, text)),
    ...{ hasParseErrors: false, errors: [], problem: null },
  }),
} as Partial<Parser> as Parser;

let checkouts: string;
beforeEach(async () => {
  checkouts = await mkdtemp(join(tmpdir(), "retrieval-bench-"));
});
afterEach(async () => {
  await rm(checkouts, { recursive: true });
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = join(checkouts, "demo", path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

const query = (text: string, path: string) => ({ query: text, category: "semantic", targets: [{ path, lines: null }] });

describe("describeLostAnswers", () => {
  const files = [{ path: "a.py", text: "one\ntwo\n" }];
  const queries = (targets: Target[]) => [{ query: "q", category: "semantic", targets }];
  const labels = { name: "n", language: "python", root: "src" };
  const asked = (...targets: Target[]) => describeLostAnswers({ ...labels, queries: queries(targets) }, "", files);
  it("says how to search what lies outside of the root", () => {
    const lost = describeLostAnswers({ ...labels, queries: queries([{ path: "Main.hs", lines: null }]) }, "src", files);
    expect(lost).toMatch(/in no text below "src" .*; --mode full searches the whole checkout$/);
  });
  it("names answers in files that are not there and behind the last line of a file", () => {
    expect(asked({ path: "a.py", lines: null }, { path: "a.py", lines: { startLine: 2, endLine: 9 } })).toBeUndefined();
    expect(asked({ path: "a.py", lines: { startLine: 3, endLine: 3 } }, { path: "b.py", lines: null })).toMatch(
      /^2 of 2 answers are in no text of the checkout and count as not found \(a\.py:3-3, b\.py\)/,
    );
  });
});

describe("measure", () => {
  it("passes over a file whose name is not UTF-8", async () => {
    await write({ "a.py": "alpha\n" });
    writeFileSync(Buffer.concat([Buffer.from(join(checkouts, "demo/b")), Buffer.from([0xe9, 0x2e, 0x70, 0x79])]), "x");
    expect((await readCorpus(join(checkouts, "demo"), "")).map(({ path }) => path)).toEqual(["a.py"]);
  });

  it("scores every engine over the same files, and leaves out what has no checkout", async () => {
    await write({
      "lib/retry.py": "def retry(request):\n    return backoff(request)\n",
      "lib/theme.py": "def colour(button):\n    return palette(button)\n",
      "docs/notes.md": "# Notes\nretry backoff request\n",
      "lib/logo.png": "\0\0\0",
    });
    expect(createFilePolicy().checkListed({ path: "lib/retry.py", bytes: 9 })).toBeNull();
    const queries = [
      query("retry a request with backoff", "lib/retry.py"),
      query("colour of the button", "lib/theme.py"),
    ];
    const labels = { language: "python", root: "lib", queries };
    const embedder = await loadStaticEmbedder();
    const input = { checkouts, parser, embedder, withBaselines: true, onRepository: () => {} };
    const skipped: Skipped[] = [];
    const onSkipped = (left: Skipped) => void skipped.push(left);
    const repositories = [
      { name: "demo", ...labels },
      { name: "absent", ...labels },
    ];
    const results = await measure({ ...input, onSkipped, repositories, mode: "root" });
    expect(skipped).toEqual([{ name: "absent", reason: 'no folder "absent/lib" among the checkouts' }]);
    expect(results.map(({ name, files }) => [name, files])).toEqual([["demo", 2]]);
    expect(Object.keys(results[0]?.engines ?? {})).toEqual(["hybrid", "lexical", "plain BM25", "keyword git grep"]);
    for (const engine of Object.keys(results[0]?.engines ?? {})) {
      expect(summarize(results, engine)).toMatchObject({ ndcg: 1, hitAt1: 1, byLanguage: { python: 1 } });
    }
    expect(formatSummaries([summarize(results, "hybrid")])).toContain("NDCG@10 1.000");
    expect(formatSummaries([summarize(results, "hybrid")])).toContain("asked for the first time");
    const [whole] = await measure({
      ...input,
      onSkipped,
      repositories: repositories.slice(0, 1),
      mode: "full",
      withBaselines: false,
    });
    const costs = summarizeCosts(results, 1e6);
    expect(costs.sourceBytes).toBe(results[0]?.sourceBytes);
    expect(costs.indexCpuSecondsPerMb).toBeCloseTo((costs.indexCpuSeconds * 1e6) / costs.sourceBytes, 6);
    expect(formatCosts(costs)).toContain("a MB");
    expect([whole?.files, Object.keys(whole?.engines ?? {}).length]).toEqual([3, 2]);
  });

  it("asks each question once for its answers, and again in turns for what it costs a server that was asked before", async () => {
    const asked: string[] = [];
    const engine = {
      name: "any",
      async search(text: string) {
        asked.push(text);
        return [];
      },
    };
    const queries = [query("one", "a"), query("two", "b")];
    const repository = { name: "demo", language: "python", root: "", queries };
    const results = await runQueries(engine, repository, 2);
    expect(asked).toEqual(["one", "two", "one", "two", "one", "two"]);
    expect(results.map(({ query: text }) => text)).toEqual(["one", "two"]);
    expect(results.every(({ warmMs, coldMs }) => Number.isFinite(warmMs) && Number.isFinite(coldMs))).toBe(true);
    const [once] = await runQueries(engine, repository);
    expect(once?.warmMs).toBe(once?.coldMs);
  });

  it("studies the weights, and leaves them as they were", async () => {
    await write({
      "retry.py": "def retry(request):\n    return backoff(request)\n",
      "theme.py": "def colour(button):\n    return palette(button)\n",
    });
    const queries = [query("retry a request with backoff", "retry.py"), query("colour of the button", "theme.py")];
    const repositories = [{ name: "demo", language: "python", root: "", queries }];
    const input = {
      checkouts,
      parser,
      embedder: await loadStaticEmbedder(),
      onSkipped: () => {},
      mode: "full",
    } as const;
    const prepared = [];
    for await (const one of prepareRepositories({ ...input, repositories })) prepared.push(one);
    const before = structuredClone(weights);
    const rows = await ablate(prepared);
    expect(rows[0]).toEqual({ weight: "all", ndcg: 1, byCategory: { semantic: 1 } });
    expect(rows.map(({ weight }) => weight)).toContain("fileLexical");
    expect(formatAblation(rows).split("\n")).toHaveLength(rows.length + 2);
    const validation = await crossValidate(prepared);
    expect(validation).toMatchObject({ ndcg: 1, ndcgWithDefaults: 1, folds: [{ names: ["demo"] }] });
    expect(formatCrossValidation(validation)).toContain("cross-validated NDCG@10 1.000");
    expect(weights).toEqual(before);
  });
});

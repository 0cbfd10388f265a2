import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chunkText, createFilePolicy, detectLanguage, type Parser } from "@outpost/indexer";
import { loadStaticEmbedder } from "@outpost/models";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { measure } from "./measure.ts";
import { formatSummaries, summarize } from "./report.ts";

/** Chunks by lines, in this process. */
const parser = {
  parse: async ({ path, text }: { path: string; text: string }) => ({
    chunks: chunkText(text, detectLanguage(path, text)),
    ...{ hasParseErrors: false, problem: null },
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

describe("measure", () => {
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
    const repositories = [
      { name: "demo", ...labels },
      { name: "absent", ...labels },
    ];
    const results = await measure({ ...input, repositories, mode: "root" });
    expect(results.map(({ name, files }) => [name, files])).toEqual([["demo", 2]]);
    expect(Object.keys(results[0]?.engines ?? {})).toEqual(["hybrid", "lexical", "plain BM25", "keyword git grep"]);
    for (const engine of Object.keys(results[0]?.engines ?? {})) {
      expect(summarize(results, engine)).toMatchObject({ ndcg: 1, hitAt1: 1, byLanguage: { python: 1 } });
    }
    expect(formatSummaries([summarize(results, "hybrid")])).toContain("NDCG@10 1.000");
    const [whole] = await measure({
      ...input,
      repositories: repositories.slice(0, 1),
      mode: "full",
      withBaselines: false,
    });
    expect([whole?.files, Object.keys(whole?.engines ?? {}).length]).toEqual([3, 2]);
  });
});

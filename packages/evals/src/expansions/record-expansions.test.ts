import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createScriptedModel } from "@outpost/testkit";
import { describe, expect, it } from "vitest";
import { readExpansions, withExpansions } from "../retrieval/expansions.ts";
import type { LabelledRepository } from "../retrieval/labels.ts";
import { recordExpansions } from "./record-expansions.ts";

const queries = ["it waits longer", "it forgets", "it paints"].map((query) => ({
  ...{ query, category: "behaviour" },
  targets: [{ path: "a.ts", lines: null }],
}));
const repositories: LabelledRepository[] = [{ name: "a", language: "rust", root: "", queries }];

describe("recorded expansions", () => {
  it("are what the model says of each question, but for those that are known and those it says nothing of", async () => {
    const model = createScriptedModel([{ content: '{"names":["retryDelay"],"words":["backoff"]}' }, { content: "?" }]);
    const recorded: unknown[] = [];
    const nothing: string[] = [];
    await recordExpansions(
      {
        ...{ repositories, model, known: new Set(["it forgets"]) },
        onRecorded: (one) => recorded.push(one),
        onNothing: (query) => nothing.push(query),
      },
      new AbortController().signal,
    );
    expect(recorded).toEqual([{ query: "it waits longer", names: ["retryDelay"], words: ["backoff"] }]);
    expect(nothing).toEqual(["it paints"]);
    expect(JSON.stringify(model.requests[0])).toContain("written in rust");
  });

  it("are read from a file, and leave out the questions that have none; a line that is none is named", async () => {
    const directory = await mkdtemp(join(tmpdir(), "expansions-"));
    try {
      const path = join(directory, "some.jsonl");
      const expansion = { names: [], words: ["backoff"] };
      await writeFile(path, `${JSON.stringify({ query: "it waits longer", ...expansion })}\n\n`);
      const [repository, ...more] = withExpansions(repositories, await readExpansions(path));
      expect(repository?.queries).toEqual([{ ...queries[0], expansion }]);
      expect(more).toEqual([]);
      expect(withExpansions(repositories, new Map())).toEqual([]);
      await writeFile(path, '{"query": "x", "words": "backoff"}');
      await expect(readExpansions(path)).rejects.toMatchObject({ code: "invalid_input" });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

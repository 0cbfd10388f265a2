import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { chooseRepositories, parseLabels, readLabels } from "./labels.ts";

describe("our own questions", () => {
  it("are whole: six repositories, 150 questions, every answer with its lines", async () => {
    const { repositories, skipped } = await readLabels(fileURLToPath(new URL("../../labels", import.meta.url)));
    expect(skipped).toEqual([]);
    const queries = repositories.flatMap((repository) => repository.queries);
    expect([repositories.length, queries.length]).toEqual([6, 150]);
    expect(new Set(queries.map(({ query }) => query)).size).toBe(150);
    for (const { targets } of queries) {
      for (const { path, lines } of targets) {
        expect(path).not.toBe("");
        expect(lines?.endLine).toBeGreaterThanOrEqual(lines?.startLine ?? Number.POSITIVE_INFINITY);
      }
    }
    const categories = new Set(queries.map(({ category }) => category));
    expect([...categories].sort()).toEqual(["architecture", "behaviour", "change", "issue", "symbol"]);
  });
});

describe("a folder that has no labels", () => {
  it("is named with its option, be it absent, a file or without any", async () => {
    const folder = await mkdtemp(join(tmpdir(), "labels-"));
    try {
      const [absent, file] = [join(folder, "absent"), join(folder, "notes.txt")];
      await writeFile(file, "notes");
      await expect(readLabels(absent)).rejects.toMatchObject({
        ...{ code: "not_found", message: `there is no folder "${absent}"; name another with --labels` },
      });
      await expect(readLabels(file)).rejects.toMatchObject({
        ...{ code: "invalid_input", message: `"${file}" is no folder; name one with --labels` },
      });
      await expect(readLabels(folder)).rejects.toMatchObject({
        ...{ code: "not_found", message: expect.stringContaining(`in "${folder}"; name another with --labels`) },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is told from names that none of them has", () => {
    const { repositories } = parseLabels('{"queries": [{"query": "q", "relevant": ["a.py"]}]}', "one.json");
    expect(chooseRepositories(repositories, undefined)).toEqual(repositories);
    expect(chooseRepositories(repositories, ["other", "one"])).toEqual(repositories);
    expect(() => chooseRepositories(repositories, ["two"])).toThrow(
      'no label file is of "two"; --only takes any of one',
    );
    expect(() => chooseRepositories([], undefined)).toThrow("no label file can be used");
  });
});

import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readLabels } from "./labels.ts";

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

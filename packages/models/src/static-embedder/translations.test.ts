import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadStaticEmbedder } from "./static-embedder.ts";
import { readTranslations } from "./translations.ts";

/** Two rows: 0 → 1, 0 → 2. */
const twoRows = Uint8Array.of(...[2, 0, 0, 0], ...[0, 0, 0, 0], ...[1, 0, 2, 0], ...[200, 100]);

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "translations-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("readTranslations", () => {
  it("reads the columns", () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, "translations.bin"), twoRows);
      expect(await readTranslations(folder, ["waits", "timeout", "sleep"])).toEqual({
        words: ["waits", "timeout", "sleep"],
        sources: Uint16Array.of(0, 0),
        targets: Uint16Array.of(1, 2),
        strengths: Uint8Array.of(200, 100),
      });
    }));

  it("has none where there is no file, and refuses one that is cut short or another model's", () =>
    inFolder(async (folder) => {
      expect(await readTranslations(folder, ["waits"])).toBeUndefined();
      await writeFile(join(folder, "translations.bin"), twoRows);
      await expect(readTranslations(folder, ["waits", "timeout"])).rejects.toMatchObject({ code: "unavailable" });
      for (const bytes of [0, 3, 4, twoRows.length - 1]) {
        await writeFile(join(folder, "translations.bin"), twoRows.subarray(0, bytes));
        await expect(readTranslations(folder, ["waits", "timeout", "sleep"])).rejects.toMatchObject({
          message: expect.stringContaining("translations.bin"),
        });
      }
    }));

  it("is shipped with the built-in model, sorted by word and strength", async () => {
    const { translations } = await loadStaticEmbedder();
    const { words, sources, targets, strengths } = translations ?? expect.fail("no translations");
    expect(sources.length).toBeGreaterThan(50_000);
    const seen = new Set<number>();
    for (let row = 1; row < sources.length; row += 1) {
      if (sources[row] === sources[row - 1]) expect(strengths[row]).toBeLessThanOrEqual(strengths[row - 1] as number);
      else expect(seen.size).toBe(seen.add(sources[row - 1] as number).size - 1);
    }
    const ofWait = [...targets].filter((_, row) => words[sources[row] as number] === "wait").map((word) => words[word]);
    expect(ofWait).toContain("timeout");
  });
});

import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createParserPool } from "./parser-pool.ts";

const entry = {
  modulePath: fileURLToPath(new URL("./testing-parser-entry.ts", import.meta.url)),
  execArgv: ["--import", "tsx"],
};

it("starts a second parser when the first is busy, and no more than there may be", async () => {
  const pool = createParserPool({ entry, workers: 2 });
  const parse = (n: number) =>
    pool.parse({ path: `${n}.py`, language: "python", text: `def f${n}():\n    return ${n}\n` });
  expect(pool.stats().starts).toBe(0);
  expect((await parse(1)).chunks).toMatchObject([{ symbol: "f1" }]);
  await parse(2);
  expect(pool.stats().starts).toBe(1);
  const many = await Promise.all(Array.from({ length: 9 }, (_, n) => parse(n)));
  expect(many.map(({ chunks }) => chunks[0]?.symbol)).toEqual(Array.from({ length: 9 }, (_, n) => `f${n}`));
  expect(pool.stats()).toMatchObject({ starts: 2, crashes: 0 });
  expect(pool.stats().peakRssBytes).toBeGreaterThan(10_000_000);
  await pool.close();
}, 60_000);

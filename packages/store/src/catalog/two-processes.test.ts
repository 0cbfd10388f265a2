// The catalog with its writer in another process: readers see a view before or after a change, kills lose nothing that was shown.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CatalogReader, ViewSummary } from "@outpost/retrieval";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeDatabase } from "../database/remove-database.ts";
import { isDamagedDatabase } from "../database/translate-error.ts";
import { openSqliteCatalogReader } from "./sqlite-catalog-reader.ts";
import { openSqliteCatalogWriter } from "./sqlite-catalog-writer.ts";

const program = fileURLToPath(new URL("./index-until-killed.ts", import.meta.url));
const viewId = "checkout:rep_1";
const identity = { embedder: "e", dimensions: 4, chunker: "c", filePolicy: "p" };
const files = 40;

let folder = "";
let path = "";
let reader: CatalogReader;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-catalog-"));
  path = join(folder, "index.db");
  reader = await openSqliteCatalogReader({ path });
});
afterEach(async () => {
  await reader.close();
  await rm(folder, { recursive: true });
});

/** One round's blobs, and no other's: as many as the writer has not collected again. */
async function lookOnce(): Promise<{ view: ViewSummary | null; loaded: number }> {
  const view = await reader.view(viewId);
  const entries = await reader.viewEntries(viewId);
  if (entries.size > 0) expect(entries.size).toBe(files);
  const loaded = await reader.loadEntries([...entries.values()].map(Number));
  expect(new Set(loaded.map(({ blob }) => blob.split("-")[0])).size).toBeLessThanOrEqual(1);
  return { view, loaded: loaded.length };
}

/** Reads at least so often, and until whole views of two versions were seen; then kills the writer. Returns the last version it said. */
async function readWhileWriting(reads: number): Promise<number> {
  const child = spawn(process.execPath, ["--import", "tsx", program, path, String(files)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let output = "";
  child.stdout.on("data", (data) => {
    output += String(data);
  });
  await once(child.stdout, "data");
  const versions = new Set<number>();
  let whole = 0;
  for (let read = 0; read < reads || whole === 0 || versions.size < 2; read++) {
    const { view, loaded } = await lookOnce();
    if (view) versions.add(view.version);
    if (loaded === files) whole++;
  }
  child.kill("SIGKILL");
  expect((await exited)[1]).toBe("SIGKILL");
  return Number(output.slice(0, output.lastIndexOf("\n")).split("\n").at(-1));
}

it("a reader sees whole views only, while a writer changes them and after it is killed", async () => {
  let last = 0;
  for (let kill = 0; kill < 3; kill++) {
    const acked = await readWhileWriting(30);
    const { view, loaded } = await lookOnce();
    expect(loaded).toBe(files);
    expect(view?.version).toBeGreaterThanOrEqual(acked);
    expect(acked).toBeGreaterThan(last);
    last = acked;
    const database = new Database(path);
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(database.pragma("foreign_key_check")).toEqual([]);
    database.close();
  }
}, 120_000);

describe("an index that is built again", () => {
  it("is found by a reader that had the old one open", async () => {
    const first = await openSqliteCatalogWriter({ path });
    await first.open(identity);
    await first.close();
    expect(await reader.identity()).toEqual(identity);
    await removeDatabase(path);
    expect(await reader.identity()).toBeNull();
    const second = await openSqliteCatalogWriter({ path });
    await second.open({ ...identity, embedder: "another" });
    expect(await reader.identity()).toMatchObject({ embedder: "another" });
    await second.close();
  });

  it("was reported as damaged to both sides first", async () => {
    await writeFile(path, "no database at all, but long enough to be looked at as if it were one".repeat(100));
    const before = await readFile(path);
    const failures = await Promise.all(
      [openSqliteCatalogWriter({ path }), reader.identity()].map((promise) => promise.catch((error: unknown) => error)),
    );
    expect(failures.map(isDamagedDatabase)).toEqual([true, true]);
    expect(await readFile(path)).toEqual(before);
    await removeDatabase(path);
    await (await openSqliteCatalogWriter({ path })).close();
    expect(await reader.identity()).toBeNull();
  });
});

it("a writer that was not opened for an identity says so", async () => {
  const writer = await openSqliteCatalogWriter({ path });
  await expect(writer.findMissing([])).rejects.toThrow(/call open first/);
  await writer.close();
  await expect(writer.findMissing([])).rejects.toMatchObject({ code: "unavailable", details: { reason: "closed" } });
});

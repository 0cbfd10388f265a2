// The floor: rows of a task's size into a bare database, one durable transaction each, without anything of ours.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { percentile } from "./percentile.ts";

export interface FloorResult {
  insertsPerSecond: number;
  p99Ms: number;
}

const rowBytes = 600;

export function measureFloor(count: number): FloorResult {
  const folder = mkdtempSync(join(tmpdir(), "outpost-floor-"));
  const database = new Database(join(folder, "bare.db"));
  try {
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.exec("CREATE TABLE task (id INTEGER PRIMARY KEY, spec TEXT NOT NULL)");
    const insert = database.prepare("INSERT INTO task (spec) VALUES (?)");
    const times: number[] = [];
    const startedMs = performance.now();
    for (let row = 0; row < count; row++) {
      const atMs = performance.now();
      insert.run("x".repeat(rowBytes));
      times.push(performance.now() - atMs);
    }
    const seconds = (performance.now() - startedMs) / 1000;
    return { insertsPerSecond: count / seconds, p99Ms: percentile(times, 0.99) };
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

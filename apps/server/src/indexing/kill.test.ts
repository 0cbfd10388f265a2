// The indexer is killed with SIGKILL while it writes, again and again; what it ends with equals what one that nobody killed ends with.

import { statSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isOutpostError } from "@outpost/protocol";
import type { CatalogReader } from "@outpost/retrieval";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkoutView } from "./messages.ts";
import { folderRepository, openTestIndexer, snapshotView, type TestIndexer } from "./testing-indexer.ts";

const kills = process.env["OUTPOST_FULL"] === "1" ? 36 : 8;
const files = 600;
/** Writes of the indexer that are seen before a kill, from the first to where it shows the view; an index that ends before is a miss. */
const writesBeforeKill = [1, 2, 4, 7, 3, 1, 5, 2];
/** A miss is tried again on a changed tree, but not for ever. */
const maxIndexings = 3 * kills;

let folder = "";
let generation = 0;

async function writeTree(): Promise<void> {
  generation++;
  for (let n = 0; n < files; n++) {
    // The first time all of them, then every other.
    if (generation > 1 && n % 2 !== generation % 2) continue;
    const directory = join(folder, `part${n % 7}`);
    await mkdir(directory, { recursive: true });
    const body = Array.from({ length: 12 }, (_, line) => `    total += compute(${line}, "${generation}", ${n})\n`).join(
      "",
    );
    await writeFile(join(directory, `file${n}.py`), `# File ${n}.\nclass Thing${n}:\n  def run(self):\n${body}`);
  }
  await writeFile(join(folder, "logo.png"), "x");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-tree-"));
  await writeTree();
});
afterAll(() => rm(folder, { recursive: true }));

/** Changes of index.db and its log, as seen from outside. */
function watchWrites(indexer: TestIndexer): { count(): number; stop(): void } {
  let count = 0;
  let last = "";
  const look = () => {
    const now = ["index.db", "index.db-wal"]
      .map((name) => statSync(join(indexer.dataDirectory, name), { bigint: true, throwIfNoEntry: false }))
      .map((stat) => `${stat?.mtimeNs} ${stat?.size}`)
      .join();
    if (now !== last) count++;
    last = now;
  };
  look();
  count = 0;
  const timer = setInterval(look, 2);
  return { count: () => count, stop: () => clearInterval(timer) };
}

/** What is shown is sound at any time: reading it throws where an entry is gone. A kill while the file is made leaves it unreadable until the next indexer opens it. */
async function lookAtView(reader: CatalogReader, viewId: string): Promise<void> {
  await snapshotView(reader, viewId).catch((error) => {
    if (!isOutpostError(error) || error.details["reason"] !== "unreadable") throw error;
  });
}

describe("an indexer that is killed", () => {
  it(`at ${kills} points ends equal to one that is not`, async () => {
    const indexer = await openTestIndexer();
    const untouched = await openTestIndexer();
    try {
      const repository = folderRepository(folder);
      const viewId = checkoutView(repository.id);
      const { supervisor, reader } = indexer;
      let killed = 0;
      for (let indexings = 0; killed < kills && indexings < maxIndexings; indexings++) {
        let isDone = false;
        const indexing = supervisor.index(repository, { force: false }).finally(() => {
          isDone = true;
        });
        while (!isDone && killed < kills) {
          const wanted = writesBeforeKill[(killed + indexings) % writesBeforeKill.length] ?? 1;
          const writes = watchWrites(indexer);
          const pid = supervisor.pid();
          while (!isDone && (writes.count() < wanted || supervisor.pid() === null)) await sleep(3);
          await sleep((killed * 7) % 20);
          writes.stop();
          const victim = supervisor.pid();
          if (isDone || victim === null) continue;
          process.kill(victim, "SIGKILL");
          killed++;
          await lookAtView(reader, viewId);
          while (supervisor.pid() === victim && pid !== null) await sleep(3);
        }
        const status = await indexing;
        expect(status).toMatchObject({ state: "ready", files });
        if (killed < kills) await writeTree();
      }
      expect(killed).toBe(kills);
      expect(supervisor.counts().restarts).toBe(killed);
      await untouched.supervisor.index(repository, { force: false });
      const whole = await snapshotView(untouched.reader, viewId);
      expect(whole).toMatchObject({ complete: true, count: files });
      expect(await snapshotView(reader, viewId)).toEqual(whole);
    } finally {
      await indexer.close();
      await untouched.close();
    }
  }, 600_000);
});

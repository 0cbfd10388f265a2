// Makes a backup of a data directory whose tasks.db is damaged: of tasks what can be read, of the rest what a backup holds. It is restored like any
// other. The data directory is only read. Invariant: as with a backup, the manifest is written last.

import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BackupManifest, createIdFactory, manifestFileName, OutpostError, type Salvage } from "@outpost/protocol";
import { examineTaskDatabase, salvageTaskDatabase } from "@outpost/store";
import { assertFree, type BackupRequest, summarise, writeDurably } from "./backup.ts";
import { copyContents, describeFile } from "./backup-contents.ts";

const unplacedName = "unplaced.jsonl";

/** Rejects with `conflict` when something is at `to` or tasks.db is sound, `unavailable` when nothing of it can be read. */
export async function salvageDirectory(request: BackupRequest): Promise<Salvage> {
  const { dataDirectory, to, withSecrets, version, nowMs } = request;
  await assertFree(to);
  const from = join(dataDirectory, "tasks.db");
  if (examineTaskDatabase(from).isSound)
    throw new OutpostError("conflict", `"${from}" is sound, so that nothing is to be salvaged; use outpost backup`);
  const staged = `${to}.${process.pid}.partial`;
  try {
    await mkdir(dirname(to), { recursive: true });
    await mkdir(staged, { mode: 0o700 });
    let placeless = 0;
    // Written at once: it may come to as much as the database.
    const unplaced = (record: object): void => {
      appendFileSync(join(staged, unplacedName), `${JSON.stringify(record)}\n`, { mode: 0o600 });
      placeless += 1;
    };
    const newId = createIdFactory(() => nowMs, randomBytes);
    const place = join(staged, "tasks.db");
    const report = await salvageTaskDatabase({ from, to: place, newId, nowMs, unplaced });
    const examined = examineTaskDatabase(place);
    if (!examined.isSound)
      throw new OutpostError("internal", `what was salvaged is not sound: ${examined.problems[0]}`);
    const paths = ["tasks.db", ...(placeless > 0 ? [unplacedName] : [])];
    paths.push(...(await copyContents({ from: dataDirectory, to: staged, withSecrets })));
    const files = [];
    for (const path of paths) files.push(await describeFile(staged, path));
    const counts = {
      tasks: examined.tasks.whole,
      events: examined.events.readable,
      repositories: examined.repositories,
    };
    const manifest: BackupManifest = { format: 1, version, createdAtMs: nowMs, ...counts, withSecrets, files };
    await writeDurably(join(staged, manifestFileName), JSON.stringify(manifest));
    await rm(to, { recursive: true, force: true });
    await rename(staged, to);
    return { ...report, backup: summarise(to, manifest), unplacedFile: placeless > 0 ? join(to, unplacedName) : null };
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

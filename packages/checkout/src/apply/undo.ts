// What it takes to go back: one record per applied change, and the bytes of both sides, content-addressed.
// Does not know checkouts' present state. Invariant: a record's bytes are durable before the first path of its change is written.
import { readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import { sha256Of } from "../files/entry.ts";
import { systemErrorCode } from "../files/system-error.ts";
import {
  type BeforeEffect,
  listOwnDirectory,
  openOwnDirectory,
  removeDurably,
  saveDurably,
  sweepOwnDirectory,
} from "./durable-file.ts";
import type { FileStep, Transition } from "./transition.ts";

export interface UndoRecord {
  version: 1;
  /** `interrupted`: a crash, then a path that someone had changed; some paths may hold neither side. */
  state: "applied" | "reverted" | "interrupted";
  root: string;
  appliedAtMs: number;
  transition: Transition;
}

export type ReadBytes = (sha256: string) => Promise<Uint8Array>;

function checkName(name: string): string {
  if (/^[A-Za-z0-9_-]{1,200}$/u.test(name)) return name;
  throw new OutpostError(
    "invalid_input",
    `undo name ${JSON.stringify(name.slice(0, 200))} is none that apply returned`,
  );
}

const blobsOf = (undoDirectory: string) => join(undoDirectory, "blobs");

/** Null when there is none. */
export async function findUndoRecord(undoDirectory: string, name: string): Promise<UndoRecord | null> {
  const path = join(undoDirectory, `${checkName(name)}.json`);
  try {
    const record = JSON.parse(await readFile(path, "utf8")) as UndoRecord;
    if (record.version === 1) return record;
    throw new OutpostError("internal", `undo record "${path}" is of another version of the server`);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    if (!(error instanceof SyntaxError)) throw error;
    throw new OutpostError("internal", `undo record "${path}" is damaged; restore it from a backup`, { cause: error });
  }
}

export async function saveUndoRecord(
  undoDirectory: string,
  name: string,
  record: UndoRecord,
  beforeEffect: BeforeEffect,
) {
  await openOwnDirectory(undoDirectory);
  await saveDurably(undoDirectory, `${checkName(name)}.json`, JSON.stringify(record), { beforeEffect });
}

export async function removeUndoRecord(undoDirectory: string, name: string, beforeEffect: BeforeEffect): Promise<void> {
  await removeDurably(undoDirectory, `${checkName(name)}.json`, beforeEffect);
}

export async function saveBytes(
  undoDirectory: string,
  hashes: readonly string[],
  readBytes: ReadBytes,
  beforeEffect: BeforeEffect,
): Promise<void> {
  await openOwnDirectory(blobsOf(undoDirectory));
  const known = new Set(await listOwnDirectory(blobsOf(undoDirectory)));
  for (const sha256 of new Set(hashes))
    if (!known.has(sha256))
      await saveDurably(blobsOf(undoDirectory), sha256, await readBytes(sha256), { beforeEffect });
}

/** Reads kept bytes. Rejects with `not_found`, or `internal` where the disk no longer holds what was written. */
export function createReadBytes(undoDirectory: string): ReadBytes {
  return async (sha256) => {
    const path = join(blobsOf(undoDirectory), sha256);
    const bytes = await readFile(path).catch((error: unknown) => {
      throw new OutpostError("not_found", `the bytes kept for undo, "${sha256}", are gone`, { cause: error });
    });
    if (sha256Of(Uint8Array.from(bytes)) === sha256) return Uint8Array.from(bytes);
    throw new OutpostError(
      "internal",
      `the bytes kept for undo, "${sha256}", are damaged; restore "${path}" from a backup`,
    );
  };
}

function hashesOf(files: readonly FileStep[]): string[] {
  return files.flatMap(({ before, after }) => [before?.sha256, after?.sha256]).filter((hash) => hash !== undefined);
}

/** Removes half-written files and bytes that no record needs. Only while no apply or revert runs. */
export async function sweepUndo(undoDirectory: string, neededBy: readonly FileStep[]): Promise<number> {
  let swept = (await sweepOwnDirectory(undoDirectory)) + (await sweepOwnDirectory(blobsOf(undoDirectory)));
  const needed = new Set(hashesOf(neededBy));
  for (const name of await listOwnDirectory(undoDirectory)) {
    if (!name.endsWith(".json")) continue;
    const record = await findUndoRecord(undoDirectory, name.slice(0, -".json".length));
    for (const hash of record ? hashesOf(record.transition.files) : []) needed.add(hash);
  }
  for (const name of await listOwnDirectory(blobsOf(undoDirectory))) {
    if (needed.has(name)) continue;
    await unlink(join(blobsOf(undoDirectory), name));
    swept++;
  }
  return swept;
}

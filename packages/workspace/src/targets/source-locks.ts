// Locks in a source, the way git's own files are locked: `NAME.lock`, made exclusively. A record of each is stored in the data directory before
// it is made, so that one whose server was killed is taken away when the next one starts: what is byte for byte as recorded, and nothing else.
// Does not know refs or the index. Not covered: a server that is killed while the lock itself is written; its path is told to who meets it.
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  inside,
  listOwnDirectory,
  openOwnDirectory,
  removeDurably,
  removeStaged,
  saveDurably,
  sha256Of,
  stageEntry,
  systemErrorCode,
  walkDirectories,
} from "@outpost/checkout";
import { OutpostError } from "@outpost/protocol";

export interface SourceLock {
  /** Of the server's own: where records are. */
  records: string;
  /** What `root` and `parts` lead to, opened. */
  directory: FileHandle;
  root: string;
  parts: readonly string[];
  /** Of the file that is locked. */
  name: string;
  bytes: Uint8Array;
  permissions: number | null;
  /** For people: what git may be at work on. */
  what: string;
}

/** Written whole, so that it is there as it was meant or not at all. */
interface LockRecord {
  root: string;
  parts: string[];
  lock: string;
  bytes: number;
  sha256: string;
}

const recordSuffix = ".json";
const noEffect = () => undefined;

/**
 * `use` gives the locked file its bytes by renaming the lock, or removes it; when it rejects, the lock goes. Rejects with `conflict`,
 * retryable, where the lock is there already.
 */
export async function underLock(lock: SourceLock, use: () => Promise<void>): Promise<void> {
  const { records, directory, bytes, permissions, root, parts } = lock;
  const lockName = `${lock.name}.lock`;
  const record = `${randomBytes(8).toString("hex")}${recordSuffix}`;
  const [size, sha256] = [bytes.byteLength, sha256Of(bytes)];
  const recorded: LockRecord = { root, parts: [...parts], lock: lockName, bytes: size, sha256 };
  await openOwnDirectory(records);
  await saveDurably(records, record, JSON.stringify(recorded), { beforeEffect: noEffect });
  // One that stays names no lock any more, and goes at the next start.
  const forget = () => removeDurably(records, record, noEffect).catch(noEffect);
  try {
    await stageEntry(directory, lockName, { kind: "file", bytes, permissions, executable: false, owner: null });
  } catch (error) {
    await forget();
    if (systemErrorCode(error) !== "EEXIST") throw error;
    const path = join(root, ...parts, lockName);
    throw new OutpostError(
      "conflict",
      `git is at work on ${lock.what}: "${path}" is there; try again, and if no git is running, remove that file`,
      { retryable: true, details: { conflicts: [] } },
    );
  }
  try {
    await use();
    await directory.sync().catch(noEffect);
  } catch (error) {
    await removeStaged(directory, lockName);
    await forget();
    throw error;
  }
  await forget();
}

/** Before anything takes a lock. One line per lock that was left behind, for people; a source that is not there is looked at again next time. */
export async function recoverSourceLocks(records: string): Promise<string[]> {
  const lines: string[] = [];
  for (const name of await listOwnDirectory(records)) {
    if (!name.endsWith(recordSuffix)) continue;
    try {
      const line = await recoverLock(join(records, name));
      if (line !== null) lines.push(line);
      await removeDurably(records, name, noEffect);
    } catch (error) {
      lines.push(`could not look for the lock of "${join(records, name)}": ${String(error)}; tried again next time`);
    }
  }
  return lines;
}

async function recoverLock(recordPath: string): Promise<string | null> {
  const record = JSON.parse(await readFile(recordPath, "utf8")) as LockRecord;
  const walk = await walkDirectories(record.root, record.parts);
  try {
    if (walk.stop) return null;
    const found = await readLock(walk.directory, record.lock, record.bytes);
    if (found === null) return null;
    const path = join(record.root, ...record.parts, record.lock);
    if (found === "other" || sha256Of(found) !== record.sha256)
      return `"${path}" is not as it was locked here, and stays; if no git is running, remove it`;
    await removeStaged(walk.directory, record.lock);
    return `removed the lock "${path}", which was held when the server ended`;
  } finally {
    await walk.directory.close();
  }
}

/** Null: there is none. "other": not a file of so many bytes. */
async function readLock(directory: FileHandle, name: string, bytes: number): Promise<Uint8Array | "other" | null> {
  let file: FileHandle;
  try {
    file = await open(inside(directory, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT") return null;
    if (code === "ELOOP") return "other";
    throw error;
  }
  try {
    const found = await file.stat();
    return found.isFile() && found.size === bytes ? await file.readFile() : "other";
  } finally {
    await file.close();
  }
}

// Moves one branch of a source by compare-and-swap, under git's own lock of it: the present value is read under the lock, then a rename. No git process writes in the user's repository, so no hook or setting of it has a say.
// Does not know commits. Invariant: the ref is moved only while it names what the caller expects.
import { constants } from "node:fs";
import { open, rmdir, unlink } from "node:fs/promises";
import {
  inside,
  makeDirectories,
  removeStaged,
  replaceWithStaged,
  systemErrorCode,
  toOutpostError,
  walkDirectories,
} from "@outpost/checkout";
import { OutpostError } from "@outpost/protocol";
import { underLock } from "./source-locks.ts";
import { readSourceRef, type SourceRepository } from "./source-repository.ts";

export interface RefMove {
  branch: string;
  /** Null: it must not be there. */
  from: string | null;
  /** Null: it goes. */
  to: string | null;
}

/** Rejects with `conflict` when the branch names something else than `from`, or git holds its lock. */
export async function moveRef(source: SourceRepository, move: RefMove): Promise<void> {
  const parts = ["refs", "heads", ...move.branch.split("/")];
  const name = parts.pop() ?? "";
  const { commonDir } = source.location;
  if (move.to !== null && move.from === null) await requireRoom(source, move.branch);
  const walk = await makeDirectories(commonDir, parts);
  try {
    if (walk.stop)
      throw new OutpostError("conflict", `branch "${move.branch}" lies below another branch; choose another name`);
    const bytes = Buffer.from(`${move.to ?? ""}\n`);
    const what = `branch "${move.branch}"`;
    const { directory } = walk;
    const lock = {
      records: source.lockRecords,
      directory,
      root: commonDir,
      parts,
      name,
      bytes,
      permissions: null,
      what,
    };
    await underLock(lock, async () => {
      const now = await readSourceRef(source, `refs/heads/${move.branch}`);
      if (now !== move.from) throw movedMeanwhile(move, now);
      if (move.to !== null) return replaceWithStaged(walk.directory, `${name}.lock`, walk.directory, name);
      await forgetPacked(source, `refs/heads/${move.branch}`);
      await unlink(inside(walk.directory, name)).catch(ignoreAbsent);
      await removeStaged(walk.directory, `${name}.lock`);
    });
  } catch (error) {
    throw toOutpostError(error, `refs/heads/${move.branch}`);
  } finally {
    await walk.directory.close();
  }
  if (move.to === null) await removeEmptyParents(commonDir, parts);
}

function movedMeanwhile({ branch, from }: RefMove, now: string | null): OutpostError {
  const what = now === null ? "is gone" : from === null ? `is there already, at ${now}` : `has moved to ${now}`;
  return new OutpostError("conflict", `branch "${branch}" ${what}; nothing was written`, {
    details: { conflicts: [] },
  });
}

/** Git has either a branch "a" or branches below "a/". */
async function requireRoom(source: SourceRepository, branch: string): Promise<void> {
  const output = await source.run({ args: ["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"] });
  const other = output.text
    .split("\n")
    .find((name) => name.startsWith(`${branch}/`) || (branch.startsWith(`${name}/`) && name !== ""));
  if (other !== undefined)
    throw new OutpostError("conflict", `branch "${branch}" cannot be beside branch "${other}"; choose another name`);
}

/** Takes a ref's line, and the peeled one behind it, out of packed-refs. */
async function forgetPacked(source: SourceRepository, ref: string): Promise<void> {
  const walk = await walkDirectories(source.location.commonDir, []);
  try {
    const file = await open(inside(walk.directory, "packed-refs"), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
      ignoreAbsent,
    );
    if (!file) return;
    const text = await file.readFile("utf8").finally(() => file.close());
    const lines = text.split("\n");
    const at = lines.findIndex((line) => line.endsWith(` ${ref}`));
    if (at < 0) return;
    const bytes = Buffer.from(lines.toSpliced(at, lines[at + 1]?.startsWith("^") ? 2 : 1).join("\n"));
    const place = { directory: walk.directory, root: source.location.commonDir, parts: [], name: "packed-refs" };
    const lock = { ...place, records: source.lockRecords, bytes, permissions: null, what: "packed-refs" };
    await underLock(lock, () => replaceWithStaged(walk.directory, "packed-refs.lock", walk.directory, "packed-refs"));
  } finally {
    await walk.directory.close();
  }
}

async function removeEmptyParents(commonDir: string, parts: readonly string[]): Promise<void> {
  for (let depth = parts.length; depth > 2; depth--) {
    const walk = await walkDirectories(commonDir, parts.slice(0, depth - 1));
    try {
      if (walk.stop) return;
      await rmdir(inside(walk.directory, parts[depth - 1] ?? "")).catch(() => {});
    } finally {
      await walk.directory.close();
    }
  }
}

function ignoreAbsent(error: unknown): undefined {
  if (systemErrorCode(error) !== "ENOENT") throw error;
}

// Checkpoints that nobody needs any more: their refs go, and what only they held is pruned by git once it is two weeks old, so that nothing
// that is being written now is ever in danger. Only refs of the task itself are touched.
import { type GitObjectId, OutpostError, type TaskId } from "@outpost/protocol";
import type { Mirror } from "../mirror/mirror.ts";

const PRUNE_TIMEOUT_MS = 600_000;
/** Of the loose objects, by number of refs that went: packing and pruning reads all of the mirror. */
const PRUNE_FROM = 20;

interface CheckpointRef {
  ref: string;
  run: string;
  number: number;
  commit: string;
}

async function listRefs(mirror: Mirror, taskId: TaskId): Promise<CheckpointRef[]> {
  const { text } = await mirror.run({
    args: ["for-each-ref", "--format=%(objectname) %(refname)", `refs/outpost/${taskId}/`],
  });
  return text.split("\n").flatMap((line) => {
    const found = /^([0-9a-f]{40,64}) (refs\/outpost\/[^/]+\/([^/]+)\/(\d+))$/u.exec(line);
    return found?.[1] && found[2] && found[3]
      ? [{ commit: found[1], ref: found[2], run: found[3], number: Number(found[4]) }]
      : [];
  });
}

/** Of each run the last `keepPerRun` stay. Resolves to how many went. */
export async function collectCheckpoints(mirror: Mirror, taskId: TaskId, keepPerRun: number): Promise<number> {
  if (!Number.isInteger(keepPerRun) || keepPerRun < 1)
    throw new OutpostError("internal", `keepPerRun is ${keepPerRun}`);
  const byRun = new Map<string, CheckpointRef[]>();
  for (const found of await listRefs(mirror, taskId)) byRun.set(found.run, [...(byRun.get(found.run) ?? []), found]);
  const going = [...byRun.values()].flatMap((refs) => refs.sort((a, b) => b.number - a.number).slice(keepPerRun));
  if (going.length === 0) return 0;
  await mirror.run({
    args: ["update-ref", "--no-deref", "--stdin"],
    // Each only while it names what was listed.
    stdin: going.map(({ ref, commit }) => `delete ${ref} ${commit}\n`).join(""),
    writable: [mirror.gitDir],
  });
  await pruneMirror(mirror, going.length);
  return going.length;
}

/** After so many refs went; a few are not worth the reading. */
export async function pruneMirror(mirror: Mirror, gone: number): Promise<void> {
  if (gone < PRUNE_FROM) return;
  await mirror.run({
    args: ["gc", "--quiet", "--no-cruft", "--prune=2.weeks.ago"],
    writable: [mirror.gitDir],
    timeoutMs: PRUNE_TIMEOUT_MS,
    okExitCodes: [0, 1, 128],
  });
}

/** Which of the commits some ref of the mirror still holds. */
export async function findReachable(mirror: Mirror, commits: readonly GitObjectId[]): Promise<Set<GitObjectId>> {
  if (commits.length === 0) return new Set();
  const { text } = await mirror.run({ args: ["for-each-ref", "--format=%(objectname)", "refs/outpost/"] });
  const named = new Set(text.split("\n"));
  const open = commits.filter((commit) => !named.has(commit));
  const found = new Set(commits.filter((commit) => named.has(commit)));
  for (const commit of open) {
    const output = await mirror.run({
      args: ["for-each-ref", "--count=1", `--contains=${commit}`, "refs/outpost/"],
      okExitCodes: [0, 128, 129],
    });
    if (output.exitCode === 0 && output.text.trim() !== "") found.add(commit);
  }
  return found;
}

// Files that the policy denies are not in a worktree at all, so that no tool, no command and no link can lead to them. git is told not to
// look at them: they stay in every recorded state as they were. So do files that may only be read, whatever a command writes into them.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { FileRules } from "@outpost/core";
import { decodeName, splitFields } from "../git/fields.ts";
import type { Mirror } from "../mirror/mirror.ts";
import type { WorktreePlace } from "./worktree-place.ts";

export type IsDenied = (path: string) => boolean;

export function createIsDenied(rules: FileRules | undefined): IsDenied {
  return rules === undefined ? () => false : (path) => rules.judge(path).access === "deny";
}

/** Why a change of the path is not recorded, whoever made it; null: it is. */
export function createWhyNotRecorded(rules: FileRules | undefined): (path: string) => string | null {
  const reasons = { write: null, read: "may only be read, by the policy", deny: "denied by the policy" } as const;
  return (path) => reasons[rules?.judge(path).access ?? "write"];
}

/** Right after the check-out, before anything else has been in the worktree. */
export async function takeOutDenied(mirror: Mirror, place: WorktreePlace, isDenied: IsDenied): Promise<void> {
  const listed = await mirror.run({
    args: ["ls-files", "-z", "--cached"],
    workTree: place.root,
    index: place.index,
    readable: [place.root, place.stateDirectory],
    maxOutputBytes: 256_000_000,
  });
  const names = [...splitFields(listed.bytes)].map(decodeName);
  const denied = names.filter((path) => path !== null).filter(isDenied);
  if (denied.length === 0) return;
  await mirror.run({
    args: ["update-index", "-z", "--skip-worktree", "--stdin"],
    workTree: place.root,
    index: place.index,
    readable: [place.root],
    writable: [place.stateDirectory],
    stdin: denied.map((path) => `${path}\0`).join(""),
  });
  for (const path of denied) await rm(join(place.root, path), { recursive: true, force: true });
}

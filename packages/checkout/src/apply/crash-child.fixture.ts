// For the crash test: a process that applies, reverts or recovers in a given place and kills itself before a given effect (its number or name).
// Prints how many effects there were when it was not killed.
import { applyChange } from "./apply-change.ts";
import { applyInput, type Place, type Tree } from "./checkout.fixture.ts";
import type { BeforeEffect } from "./durable-file.ts";
import { recoverJournals } from "./recover-journals.ts";
import { revertChange } from "./revert-change.ts";

const linkTo = (text: string) => ({ text, mode: "120000" as const });

/** Every kind of step: merge, mode, add and delete with directories, rename, file to directory and back, symlink. */
export const crashBase: Tree = {
  edit: "1\r\n2\n3\n4\n",
  mode: "x",
  "gone/deep/file": "old",
  "old/name": "kept",
  becomes: "file",
  "was/dir": "1",
  link: linkTo("edit"),
};
export const crashNext: Tree = {
  edit: "one\xff\r\n2\n3\n4\n",
  mode: { text: "x", mode: "100755" },
  "made/deep/name": "kept",
  "becomes/dir": "2",
  was: "file",
  link: linkTo("mode"),
};
export const crashRenames = { "old/name": "made/deep/name" };
export const crashCheckout: Tree = {
  ...crashBase,
  edit: "1\r\n2\n3\nmine\n",
  "untracked/x": "mine",
  "old/untracked": "mine",
};

export type CrashOperation = "apply" | "revert" | "recover";

async function perform(operation: CrashOperation, place: Place, beforeEffect: BeforeEffect): Promise<void> {
  const input = { ...applyInput(place, crashBase, crashNext, crashRenames), beforeEffect };
  if (operation === "recover") await recoverJournals(input);
  else if (operation === "apply") await applyChange(input);
  // Repeating an apply that happened gives what revert needs.
  else await revertChange({ ...input, ...(await applyChange({ ...input, beforeEffect: () => undefined })) });
}

const [operation, place, killBefore] = process.argv.slice(2);
if (operation && place && killBefore !== undefined) {
  let effects = 0;
  const beforeEffect = (effect: string) => {
    if (++effects === Number(killBefore) || effect === killBefore) process.kill(process.pid, "SIGKILL");
  };
  await perform(operation as CrashOperation, JSON.parse(place), beforeEffect);
  console.log(effects);
}

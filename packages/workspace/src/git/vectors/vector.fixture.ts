// For tests: one way in which a repository makes plain git run a program of its choice.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { userGit } from "../../fixture/workplace.ts";

export interface Vector {
  name: string;
  /** Makes the checkout hostile. `script` writes the marker when it is run. */
  plant(root: string, script: string): void;
  /** What a person does with plain git, so that the script runs; null where git does not fall for it (or only at a terminal). */
  trigger: ((root: string) => void) | null;
}

/** Plain git, whatever it says. */
export function attempt(root: string, args: readonly string[], input?: string): void {
  try {
    userGit(root, args, input);
  } catch {
    // many triggers end in an error after the script has run
  }
}

export const plain =
  (...args: string[]) =>
  (root: string): void =>
    attempt(root, args);

export function configure(root: string, settings: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(settings)) userGit(root, ["config", name, value]);
}

export function plantHook(root: string, name: string, script: string, folder = ".git/hooks"): void {
  plantFile(root, `${folder}/${name}`, readFileSync(script, "utf8"));
  chmodSync(join(root, folder, name), 0o755);
}

export function plantFile(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

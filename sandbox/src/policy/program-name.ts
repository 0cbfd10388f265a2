// What a program's word in a command stands for: a name that rules speak of, and how it is reached. Text only.
// Not covered: what lies at a path. A tool of the project is the project's code whatever its name, so only rules that say so speak of it.
import type { ProgramOrigin } from "@outpost/protocol";

export type ProgramName =
  | { known: true; name: string; origin: ProgramOrigin | null }
  /** `guess`: what it might be, for rules that deny. */
  | { known: false; why: string; guess: string | null; origin: null };

const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/;
const systemFolder = /^\/(?:usr\/)?(?:local\/)?s?bin\/$/;
const projectFolders: readonly [RegExp, ProgramOrigin][] = [
  [/^(?:\.\/)?(?:\.venv|venv)\/bin\/$/, "virtualenv"],
  [/^(?:\.\/)?node_modules\/\.bin\/$/, "node_modules"],
];

/** `[` is a program too. */
export function nameProgram(word: string, origin: ProgramOrigin | null): ProgramName {
  if (word === "[") return { known: true, name: "test", origin };
  const slash = word.lastIndexOf("/") + 1;
  const folder = word.slice(0, slash);
  const name = word.slice(slash);
  if (!plainName.test(name))
    return {
      known: false,
      why: `${JSON.stringify(word.slice(0, 80))} is no plain name of a program`,
      guess: null,
      origin: null,
    };
  if (folder === "") return { known: true, name, origin };
  if (origin === null && systemFolder.test(folder)) return { known: true, name, origin };
  const project = projectFolders.find(([pattern]) => pattern.test(folder));
  if (project && origin === null) return { known: true, name, origin: project[1] };
  return {
    known: false,
    why: `"${word.slice(0, 80)}" is a program at a path, whatever its name`,
    guess: name,
    origin: null,
  };
}

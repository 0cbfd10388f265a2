// Which side of a transition a checkout's paths hold now. Reads only.
import { observe } from "./observation.ts";
import { type FileStep, isVersion, type Transition } from "./transition.ts";

export type Standing = "before" | "after" | "changed";

export async function findStanding(root: string, transition: Transition, file: FileStep): Promise<Standing> {
  const { entry } = await observe(root, file.path);
  const isAmong = (steps: readonly { path: string }[]) => steps.some(({ path }) => path === file.path);
  if (isVersion(entry, file.before, isAmong(transition.removable))) return "before";
  if (isVersion(entry, file.after, isAmong(transition.made))) return "after";
  return "changed";
}

/** The paths that do not hold the wished side. */
export async function findStrayed(root: string, transition: Transition, side: "before" | "after"): Promise<string[]> {
  const strayed: string[] = [];
  for (const file of transition.files)
    if ((await findStanding(root, transition, file)) !== side) strayed.push(file.path);
  return strayed;
}

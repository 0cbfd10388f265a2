// Finds where this process may make control groups of its own: in version 2 below a group that was delegated to it, in version 1 below its
// group of each controller. Knows nothing of commands.
// Covered: nothing is taken for writable that was not written to. Not covered: version 2 where other programs' processes share the group; the
// kernel wants them moved first, and they are none of ours.
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";

export type Controller = "memory" | "pids" | "cpu";

export interface GroupPlace {
  version: 1 | 2;
  /** Where a group of each controller is made; in version 2 all are the same directory. */
  parents: Partial<Record<Controller, string>>;
}

export interface FoundGroups {
  place: GroupPlace | null;
  /** What holds, or why nothing does and what to do about it. */
  detail: string;
}

export interface SystemFiles {
  /** Default: /proc/self. */
  self?: string;
  /** Default: /sys/fs/cgroup. */
  root?: string;
  pid?: number;
}

const controllers: readonly Controller[] = ["memory", "pids", "cpu"];
/** The group that this program moves itself into, so that groups beside it may have controllers. */
export const ownGroupName = "outpost-server";

export function findGroups({
  self = "/proc/self",
  root = "/sys/fs/cgroup",
  pid = process.pid,
}: SystemFiles = {}): FoundGroups {
  const groups = readOwnGroups(join(self, "cgroup"));
  const unified = groups.get("");
  if (unified !== undefined && existsSync(join(root, "cgroup.controllers"))) return findDelegated(root, unified, pid);
  const parents: GroupPlace["parents"] = {};
  for (const controller of controllers) {
    const path = groups.get(controller);
    if (path === undefined) continue;
    const parent = resolve(join(root, controller, path));
    if (isUsable(parent)) parents[controller] = parent;
  }
  const found = Object.keys(parents);
  if (found.length === 0)
    return { place: null, detail: `the control groups below ${root} cannot be written; ${advice}` };
  return { place: { version: 1, parents }, detail: `control groups (version 1) for ${found.join(", ")}` };
}

function findDelegated(root: string, path: string, pid: number): FoundGroups {
  const own = resolve(join(root, path));
  const base = own.endsWith(`/${ownGroupName}`) ? own.slice(0, -ownGroupName.length - 1) : own;
  const refuse = (why: string): FoundGroups => ({ place: null, detail: `${why}; ${advice}` });
  if (!isUsable(base)) return refuse(`the control group ${base} cannot be written`);
  try {
    if (base === own) moveAside(base, pid);
    const offered = words(readFileSync(join(base, "cgroup.controllers"), "utf8"));
    const wanted = controllers.filter((controller) => offered.includes(controller));
    writeFileSync(join(base, "cgroup.subtree_control"), wanted.map((controller) => `+${controller}`).join(" "));
    const enabled = words(readFileSync(join(base, "cgroup.subtree_control"), "utf8").replaceAll("+", ""));
    const found = wanted.filter((controller) => enabled.includes(controller));
    if (found.length === 0) return refuse(`the control group ${base} offers neither memory nor pids nor cpu`);
    const parents = Object.fromEntries(found.map((controller) => [controller, base]));
    return { place: { version: 2, parents }, detail: `control groups (version 2) for ${found.join(", ")}` };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Only a group that holds nobody else's processes is ours to rearrange. */
function moveAside(base: string, pid: number): void {
  const members = words(readFileSync(join(base, "cgroup.procs"), "utf8")).map(Number);
  const ancestors = new Set(ancestorsOf(pid));
  const strangers = members.filter((member) => !ancestors.has(member) && !ancestorsOf(member).includes(pid));
  if (strangers.length > 0)
    throw new Error(`the control group ${base} holds other processes as well (${strangers.slice(0, 3).join(", ")})`);
  const aside = join(base, ownGroupName);
  mkdirSync(aside, { recursive: true });
  for (const member of members) writeFileSync(join(aside, "cgroup.procs"), String(member));
}

/** Itself first. */
function ancestorsOf(pid: number): number[] {
  const found: number[] = [];
  for (let next = pid; next > 0 && found.length < maxAncestors; next = parentOf(next)) found.push(next);
  return found;
}

function parentOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}

const maxAncestors = 100;

const advice =
  "start the server as a service of its own with Delegate=yes, or with: systemd-run --user --scope -p Delegate=yes outpost serve";

/** Tried, because modes say little to root, and a read-only mount says it only then. */
function isUsable(parent: string): boolean {
  const trial = join(parent, `outpost-trial-${process.pid}`);
  try {
    accessSync(parent, constants.W_OK);
    mkdirSync(trial);
    rmdirSync(trial);
    return true;
  } catch {
    return false;
  }
}

/** Controller → path of this process; version 2 under the empty name. */
function readOwnGroups(path: string): Map<string, string> {
  const found = new Map<string, string>();
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return found;
  }
  for (const line of text.split("\n")) {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    for (const name of match?.[1]?.split(",") ?? []) found.set(name, match?.[2] ?? "/");
  }
  return found;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Groups of processes of this program that are gone. What still holds a process stays. */
export function removeLeftGroups({ parents }: GroupPlace): void {
  for (const parent of new Set(Object.values(parents))) {
    for (const name of readdirSync(parent)) {
      const creator = /^outpost-(\d+)-\d+$/.exec(name)?.[1];
      if (creator === undefined || existsSync(`/proc/${creator}`)) continue;
      try {
        rmdirSync(join(parent, name));
      } catch {
        // its last process is about to end
      }
    }
  }
}

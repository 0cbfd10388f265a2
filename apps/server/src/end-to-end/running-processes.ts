// The machine's processes, as /proc shows them: to kill the children of a server, and to see that none is left.
import { readdir, readFile } from "node:fs/promises";

export interface RunningProcess {
  pid: number;
  parent: number;
  argv: string[];
}

/** Without those that have ended and wait for their parent. */
export async function listProcesses(): Promise<RunningProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(readProcess));
  return found.filter((process) => process !== undefined);
}

async function readProcess(pid: number): Promise<RunningProcess | undefined> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "latin1"),
      readFile(`/proc/${pid}/cmdline`, "latin1"),
    ]);
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? undefined : { pid, parent: Number(parent), argv: command.split("\0") };
  } catch {
    return undefined;
  }
}

export type ChildName = "worker" | "indexer" | "parser";
/** From source, or as bundles. */
const modules: Record<ChildName, RegExp> = {
  worker: /worker(?:\/main\.ts|\.js)$/,
  indexer: /indexer(?:-process\.ts|\.js)$/,
  parser: /parser(?:-process\.ts|\.js)$/,
};

/** Children of the server with this process id. */
export async function findChildren(serverPid: number, name: ChildName): Promise<number[]> {
  return (await listProcesses())
    .filter(({ parent, argv }) => parent === serverPid && argv.some((part) => modules[name].test(part)))
    .map(({ pid }) => pid);
}

/** What was started for this data directory, whoever its parent is by now. */
export async function findServerProcesses(dataDirectory: string): Promise<RunningProcess[]> {
  return (await listProcesses()).filter(({ argv }) => argv.some((part) => part.includes(dataDirectory)));
}

/** Whether exactly this runs, as the sandbox's programs see it. */
export async function isRunning(argv: readonly string[]): Promise<boolean> {
  const wanted = argv.join("\0");
  return (await listProcesses()).some((process) => process.argv.join("\0") === `${wanted}\0`);
}

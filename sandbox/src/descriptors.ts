// Finds the open files that a child would inherit without having been given them.
// Covered: descriptors that this process itself inherited (a supervisor's pipe, a lock file) or that native code opened without
// close-on-exec. Not covered: other systems than Linux, where nothing is run in a sandbox anyway.
import { closeSync, openSync, readdirSync, readSync } from "node:fs";

const closeOnExec = 0o2000000;
/** The flags stand in the second line. Used again and again: every child is started behind one look at each open file. */
const info = Buffer.alloc(256);

export function listInheritableDescriptors(): number[] {
  let names: string[];
  try {
    names = readdirSync("/proc/self/fd");
  } catch {
    return [];
  }
  return names
    .map(Number)
    .filter((descriptor) => descriptor > 2 && isInheritable(descriptor))
    .sort((left, right) => left - right);
}

/** For a child's descriptors from 3 on: /dev/null over all that it would inherit. Close it when the child was started. */
export function openCover(): { descriptors: number[]; close(): void } {
  const nothing = openSync("/dev/null", "r");
  const last = listInheritableDescriptors().at(-1) ?? 2;
  return { descriptors: Array.from({ length: last - 2 }, () => nothing), close: () => closeSync(nothing) };
}

function isInheritable(descriptor: number): boolean {
  let file: number;
  try {
    file = openSync(`/proc/self/fdinfo/${descriptor}`, "r");
  } catch {
    // closed meanwhile
    return false;
  }
  try {
    const text = info.toString("latin1", 0, readSync(file, info, 0, info.byteLength, 0));
    const flags = /^flags:\s*([0-7]+)$/m.exec(text)?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } finally {
    closeSync(file);
  }
}

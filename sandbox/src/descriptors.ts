// Finds the open files that a child would inherit without having been given them.
// Covered: descriptors that this process itself inherited (a supervisor's pipe, a lock file) or that native code opened without
// close-on-exec. Not covered: other systems than Linux, where nothing is run in a sandbox anyway.
import { readdirSync, readFileSync } from "node:fs";

const closeOnExec = 0o2000000;

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

function isInheritable(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "latin1"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    // closed meanwhile
    return false;
  }
}

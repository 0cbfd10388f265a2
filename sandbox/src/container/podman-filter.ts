// Podman's own system call filter lets a container make namespaces, for containers inside of it; docker's does not. This makes one out of it
// that lets a command neither make a namespace nor use what no namespace fences off (see seccomp.ts); all else stays as it is.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../replace-file.ts";

/** A rule of a filter's file, as far as it matters here. */
interface FilterRule {
  names: string[];
  action: string;
  args?: unknown[] | null;
  errnoRet?: number;
}

const denied = [
  ...[
    "unshare",
    "setns",
    "mount",
    "mount_setattr",
    "move_mount",
    "open_tree",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
  ],
  ...["umount", "umount2", "pivot_root", "add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd"],
  ...["io_uring_setup", "io_uring_enter", "io_uring_register", "open_by_handle_at", "syslog"],
];
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of linux/sched.h. */
const namespaceFlags = 0x7e020000;
/** Which argument of clone holds the flags. */
const flagsArgument = process.arch === "s390x" ? 1 : 0;
const notPermitted = 1;
/** What a C library tries clone after. */
const noSuchCall = 38;

/** `filter`: JSON as podman reads it. Throws where it is none, or does not refuse what it does not name. */
export function tightenFilter(filter: string): string {
  const { defaultAction, syscalls, ...rest } = JSON.parse(filter) as { defaultAction: string; syscalls: FilterRule[] };
  if (defaultAction !== "SCMP_ACT_ERRNO") throw new Error(`its default is ${defaultAction}, not to refuse`);
  const ours = new Set([...denied, "clone", "clone3"]);
  const others = syscalls
    .map((rule) => ({ ...rule, names: rule.names.filter((name) => !ours.has(name)) }))
    .filter(({ names }) => names.length > 0);
  const withoutNamespaces = { index: flagsArgument, value: namespaceFlags, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" };
  const rules: FilterRule[] = [
    ...others,
    { names: denied, action: "SCMP_ACT_ERRNO", errnoRet: notPermitted },
    { names: ["clone"], action: "SCMP_ACT_ALLOW", args: [withoutNamespaces] },
    { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: noSuchCall },
  ];
  return JSON.stringify({ defaultAction, ...rest, syscalls: rules });
}

/** Writes the filter for podman into the directory and returns its path. Rejects where podman's own cannot be read or understood. */
export async function writePodmanFilter(ownPath: string, directory: string): Promise<string> {
  return replaceFile(join(directory, "podman-filter.json"), tightenFilter(await readFile(ownPath, "utf8")));
}

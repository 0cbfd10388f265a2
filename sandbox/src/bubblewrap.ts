// Builds the bubblewrap command line.
// Covered: every namespace is new, no capability is left, no further user namespace can be made, the sandbox dies with the server,
// all that is writable is bounded (a sized /tmp and /dev/shm) or was given as a writable mount. Not covered: resources (limits.ts),
// system calls (seccomp.ts), what a writable mount's file system can hold.
import type { ResolvedMount } from "./mounts.ts";
import { homeInside, type SystemEntry, uidInside } from "./system-root.ts";

export interface BubblewrapInput {
  system: readonly SystemEntry[];
  /** Copied into the sandbox from an open descriptor. */
  files: readonly { descriptor: number; target: string }[];
  mounts: readonly ResolvedMount[];
  environment: Readonly<Record<string, string>>;
  cwd: string;
  network: boolean;
  tmpBytes: number;
  statusDescriptor: number;
  seccompDescriptor: number | undefined;
}

/** Options that the profile needs and older releases lack. */
export const neededOptions = [
  "--disable-userns",
  "--clearenv",
  "--size",
  "--perms",
  "--json-status-fd",
  "--seccomp",
  "--args",
];

const maxSharedMemoryBytes = 67_108_864;

/** For `--args`: what stands before the program. */
export function bubblewrapArguments(input: BubblewrapInput): string[] {
  const tmp = String(input.tmpBytes);
  const sharedMemory = String(Math.min(input.tmpBytes, maxSharedMemoryBytes));
  return [
    ...["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"],
    ...(input.network ? ["--share-net"] : []),
    ...["--uid", String(uidInside), "--gid", String(uidInside), "--cap-drop", "ALL", "--hostname", "outpost"],
    ...["--json-status-fd", String(input.statusDescriptor)],
    ...(input.seccompDescriptor === undefined ? [] : ["--seccomp", String(input.seccompDescriptor)]),
    "--clearenv",
    ...Object.entries(input.environment).flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--perms", "0755", "--dir", "/etc"],
    ...input.system.flatMap((entry) =>
      entry.type === "bind" ? ["--ro-bind", entry.path, entry.path] : ["--symlink", entry.to, entry.path],
    ),
    ...input.files.flatMap((file) => ["--perms", "0444", "--file", String(file.descriptor), file.target]),
    ...["--perms", "1777", "--size", tmp, "--tmpfs", "/tmp", "--dir", homeInside],
    ...["--dev", "/dev", "--perms", "1777", "--size", sharedMemory, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"],
    // bubblewrap itself protects /proc/sys only where it finds the directory writable, which it never is
    ...["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"],
    ...input.mounts.flatMap((mount) => [mount.writable ? "--bind" : "--ro-bind", mount.source, mount.target]),
    ...["--remount-ro", "/", "--chdir", input.cwd],
  ];
}

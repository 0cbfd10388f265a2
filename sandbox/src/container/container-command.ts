// Builds the command line of docker or podman for one spec.
// Covered: no network, a read-only root, no capability, no new privileges, a system call filter (docker's own; for podman see
// podman-filter.ts), the engine's namespaces, an ordinary user, sized temporary files, limits on processes, memory, files and processor time; nothing is pulled or logged by the engine, and the
// image's entry point is not used. Not covered: what the engine itself is (a rootful daemon is a strong account to give to a server), and
// how many containers run at the same time.
import type { ProcessSpec } from "@outpost/core";
import type { Identity } from "../identity.ts";
import { cpuSecondsOf } from "../limits.ts";
import type { ResolvedMount } from "../mounts.ts";
import { commandEnvironment, homeInside } from "../system-root.ts";

export interface ContainerInput {
  spec: ProcessSpec;
  mounts: readonly ResolvedMount[];
  identity: Identity;
  image: string;
  /** By which the container is ended. */
  name: string;
  /** By which the containers of this server are found. */
  label: string;
  isPodman: boolean;
  /** Undefined: the engine's own filter of system calls. */
  filterPath: string | undefined;
}

const maxSharedMemoryBytes = 67_108_864;

/** What stands behind the engine's program. */
export function containerArguments(input: ContainerInput): string[] {
  const { spec, identity, image, name, isPodman, filterPath } = input;
  const { limits } = spec;
  const user = `${identity.uid}:${identity.gid}`;
  const tmpfs = (path: string) => ["--tmpfs", `${path}:rw,exec,nosuid,nodev,size=${limits.tmpBytes},mode=1777`];
  const environment = Object.entries(commandEnvironment(spec.env, spec.pathPrefix ?? []));
  return [
    ...["run", "--rm", "--pull", "never", "--name", name, "--label", "outpost=command", "--label", input.label],
    ...(spec.stdin === undefined ? [] : ["--interactive"]),
    ...["--network", spec.network ? "bridge" : "none", "--read-only", "--cap-drop", "ALL"],
    ...(filterPath === undefined ? [] : ["--security-opt", `seccomp=${filterPath}`]),
    ...["--security-opt", "no-new-privileges", "--ipc", "private", "--hostname", "outpost", "--log-driver", "none"],
    // without it, podman adds writable directories of no bounded size
    ...(isPodman ? ["--read-only-tmpfs=false"] : []),
    // without it, a rootless engine would make the user another one outside
    ...(isPodman && !identity.isSwitched && identity.uid !== 0 ? ["--userns", "keep-id"] : []),
    ...["--user", user, "--init", ...tmpfs("/tmp"), ...tmpfs(homeInside)],
    ...["--shm-size", String(Math.min(limits.tmpBytes, maxSharedMemoryBytes))],
    ...["--pids-limit", String(limits.processes)],
    ...["--memory", String(limits.memoryBytes), "--memory-swap", String(limits.memoryBytes)],
    // a tenth of the weight that others have: the server goes first
    ...["--cpu-shares", "102"],
    ...["--ulimit", `fsize=${limits.fileBytes}`, "--ulimit", `cpu=${cpuSecondsOf(limits)}`, "--ulimit", "core=0"],
    ...input.mounts.flatMap((mount) => ["--mount", describeMount(mount)]),
    ...environment.flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...["--workdir", spec.cwd, "--entrypoint", spec.argv[0] ?? "", image, ...spec.argv.slice(1)],
  ];
}

/** In the engine's list syntax, where a field with a comma is quoted. */
function describeMount({ source, target, writable }: ResolvedMount): string {
  const fields = ["type=bind", `source=${source}`, `target=${target}`, ...(writable ? [] : ["readonly"])];
  return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

// Resolves and checks the mounts of a spec before bubblewrap is given them.
// Covered: sources that lead elsewhere through links planted below the data directory; sources that would show the data directory;
// targets over the read-only system; mount points below a writable mount, where bubblewrap before 0.12 creates files on the host
// through a planted link (CVE-2026-87766). Not covered: a source that is swapped between this check and the mount, by someone other
// than a command of ours: nothing else may run in a worktree while a command starts there.
import { lstatSync, realpathSync } from "node:fs";
import { join, normalize, relative } from "node:path";
import type { Mount } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import { isBelow, isNormalAbsolute } from "./paths.ts";

const reservedTargets = [
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/etc",
  "/proc",
  "/dev",
  "/sys",
];
const forbiddenSources = ["/proc", "/sys", "/dev"];

export interface ResolvedMount extends Mount {
  isDirectory: boolean;
}

export interface DataDirectory {
  /** As configured, and with links resolved. */
  given: string;
  real: string;
}

/** Parents before children. Rejects with `invalid_input`, naming the mount; `not_found` where the source is missing. */
export function resolveMounts(mounts: readonly Mount[], data: DataDirectory, homeInside: string): ResolvedMount[] {
  const resolved = mounts
    .filter((mount) => !isVisibleAnyway(mount))
    .map((mount) => resolveMount(mount, data, homeInside))
    .sort((left, right) => left.target.length - right.target.length);
  for (const [index, mount] of resolved.entries()) {
    if (resolved.some((other, at) => at !== index && other.target === mount.target)) {
      refuse(mount, "its target is given twice");
    }
    const parent = resolved.findLast((other) => isBelow(mount.target, other.target));
    if (parent) checkMountPoint(mount, parent);
  }
  return resolved;
}

/** A toolchain of the system, named like any other. */
function isVisibleAnyway(mount: Mount): boolean {
  const { source, target, writable } = mount;
  return !writable && source === target && isNormalAbsolute(source) && (source === "/usr" || isBelow(source, "/usr"));
}

function resolveMount(mount: Mount, data: DataDirectory, homeInside: string): ResolvedMount {
  const target = mount.target;
  if (!isNormalAbsolute(mount.source)) refuse(mount, "its source is not an absolute path without links upwards");
  if (!isNormalAbsolute(target)) refuse(mount, "its target is not an absolute path without links upwards");
  if (["/", "/tmp", homeInside].includes(target)) refuse(mount, `nothing can be mounted on "${target}"`);
  const reserved = reservedTargets.find((root) => target === root || isBelow(target, root));
  if (reserved) refuse(mount, `"${reserved}" belongs to the read-only system`);
  const source = resolveSource(mount, data);
  if (source === data.real || isBelow(data.real, source)) {
    refuse(mount, "its source holds the data directory; mount a directory below it, or move the data directory away");
  }
  const forbidden = forbiddenSources.find((root) => source === root || isBelow(source, root));
  if (source === "/" || forbidden) refuse(mount, `"${source}" is never visible to a command`);
  const status = lstatSync(source);
  if (!status.isDirectory() && !status.isFile()) refuse(mount, "its source is neither a directory nor a file");
  return { source, target, writable: mount.writable, isDirectory: status.isDirectory() };
}

/** Links are followed only where commands cannot have made them: outside the data directory. */
function resolveSource(mount: Mount, data: DataDirectory): string {
  let source: string;
  try {
    source = realpathSync(mount.source);
  } catch (error) {
    throw new OutpostError("not_found", `mount source "${mount.source}" does not exist or cannot be reached`, {
      cause: error,
    });
  }
  const base = [data.given, data.real].find((root) => isBelow(mount.source, root));
  if (base && source !== join(data.real, relative(base, mount.source))) {
    refuse(mount, "there is a symbolic link on the way to its source; links below the data directory are not followed");
  }
  return source;
}

function checkMountPoint(mount: ResolvedMount, parent: ResolvedMount): void {
  const parts = relative(parent.target, mount.target).split("/");
  if (parent.writable && parts.length > 1) {
    refuse(mount, `it lies deeper than one level below the writable mount "${parent.target}"`);
  }
  let place = parent.source;
  for (const [index, part] of parts.entries()) {
    place = normalize(join(place, part));
    const status = lstatSync(place, { throwIfNoEntry: false });
    const isLast = index === parts.length - 1;
    const fits = isLast && !mount.isDirectory && !parent.writable ? status?.isFile() : status?.isDirectory();
    if (!fits || (isLast && parent.writable && !mount.isDirectory)) {
      refuse(
        mount,
        `"${place}" must be there already, as a real directory, because it lies in the mount "${parent.target}"`,
      );
    }
  }
}

function refuse(mount: Mount, why: string): never {
  throw new OutpostError("invalid_input", `mount of "${mount.source}" on "${mount.target}" is not allowed: ${why}`);
}

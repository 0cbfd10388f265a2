// Lets an unprivileged user mount what only root can walk to (a toolchain below /root, a checkout in a private home).
// Covered: the paths become visible in a mount namespace that lives as long as the command; no permission on disk changes, and files
// that the user may not read stay unreadable. Not covered: servers without CAP_SYS_ADMIN, where the mount fails and says so.
import { lstatSync } from "node:fs";
import { OutpostError } from "@outpost/protocol";
import type { Identity } from "./identity.ts";
import { canReach } from "./identity.ts";
import type { ResolvedMount } from "./mounts.ts";
import { isBelow } from "./paths.ts";

const script = `set -e
bridge=$1 uid=$2 gid=$3 count=$4
shift 4
mount -t tmpfs -o mode=0755,size=64k tmpfs "$bridge"
number=0
while [ "$number" -lt "$count" ]; do
  if [ -d "$1" ]; then mkdir "$bridge/$number"; else : > "$bridge/$number"; fi
  mount --bind "$1" "$bridge/$number"
  shift
  number=$((number + 1))
done
exec setpriv --reuid="$uid" --regid="$gid" --clear-groups --no-new-privs -- "$@"`;

// empty by convention; a source below one of them makes it unusable as a bridge
const places = ["/mnt", "/media", "/srv", "/opt"];

export interface Bridge {
  mounts: ResolvedMount[];
  /** Stands before the sandbox's command line; it drops to the identity by itself. */
  prefix: string[];
}

/** Undefined when the identity reaches every source by itself. Rejects with `forbidden` when it does not and nothing can be done. */
export function planBridge(mounts: readonly ResolvedMount[], identity: Identity): Bridge | undefined {
  const hidden = mounts.filter((mount) => !canReach(mount.source, identity));
  const [first] = hidden;
  if (!first) return undefined;
  if (!identity.isSwitched) {
    const advice = "open the directories above it for this user (chmod o+x) or choose another place";
    throw new OutpostError(
      "forbidden",
      `mount source "${first.source}" cannot be reached by uid ${identity.uid}; ${advice}`,
    );
  }
  const isFree = (place: string) =>
    lstatSync(place, { throwIfNoEntry: false })?.isDirectory() &&
    mounts.every((mount) => mount.source !== place && !isBelow(mount.source, place));
  const place = places.find(isFree);
  if (!place) {
    throw new OutpostError("forbidden", `mount source "${first.source}" cannot be reached by uid ${identity.uid}`);
  }
  const sources = hidden.map((mount) => mount.source);
  const numbers = [place, String(identity.uid), String(identity.gid), String(sources.length)];
  return {
    mounts: mounts.map((mount) => {
      const index = hidden.indexOf(mount);
      return index < 0 ? mount : { ...mount, source: `${place}/${index}` };
    }),
    prefix: ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", script, "sh", ...numbers, ...sources],
  };
}

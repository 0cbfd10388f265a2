// Says as whom commands run, and whether that user can reach a path.
// Covered: a server that is root never runs a command as root. Not covered: access lists (ACLs); where they deny, the command fails.
import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import { OutpostError } from "@outpost/protocol";

export interface Identity {
  uid: number;
  gid: number;
  /** The server is root and commands run as somebody else. */
  isSwitched: boolean;
}

/** A number that no distribution gives to a person or a service by itself. */
export const defaultCommandUid = 61_184;

export function commandIdentity(options: { commandUid?: number; commandGid?: number }): Identity {
  const ownUid = process.getuid?.() ?? -1;
  const ownGid = process.getgid?.() ?? -1;
  if (ownUid !== 0) return { uid: ownUid, gid: ownGid, isSwitched: false };
  const uid = options.commandUid ?? defaultCommandUid;
  const gid = options.commandGid ?? uid;
  if (uid < 1 || gid < 1) {
    throw new OutpostError(
      "invalid_input",
      `commandUid ${uid} and commandGid ${gid} must be those of an ordinary user`,
    );
  }
  return { uid, gid, isSwitched: true };
}

/** Whether the identity may walk to `path` (not whether it may read what is there). `path` must be resolved. */
export function canReach(path: string, identity: Identity): boolean {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if (!canEnter(directory, identity)) return false;
    if (directory === "/") return true;
  }
}

function canEnter(directory: string, identity: Identity): boolean {
  const status = lstatSync(directory, { throwIfNoEntry: false });
  if (!status) return false;
  if (status.uid === identity.uid) return (status.mode & 0o100) !== 0;
  if (status.gid === identity.gid) return (status.mode & 0o010) !== 0;
  return (status.mode & 0o001) !== 0;
}

// Gives directories to the user that commands run as, when the server is root.
// Covered: only what root owns changes hands, links are never followed, other file systems and files with several hard links are
// left alone. Not covered: files that a third user owns; commands then fail on them with "permission denied".
import { lstatSync, readdirSync, type Stats } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import { execa } from "execa";
import { commandIdentity, type Identity } from "./identity.ts";

/**
 * Makes the directory when it is not there, and lets commands write in it. Nothing to do for a server that is an ordinary user.
 * `forbidden` when the system refuses.
 */
export async function prepareWritableDirectory(
  path: string,
  options: { commandUid?: number; commandGid?: number } = {},
): Promise<void> {
  await mkdir(path, { recursive: true });
  await adoptTree(path, commandIdentity(options));
}

export async function adoptTree(path: string, identity: Identity): Promise<void> {
  if (!identity.isSwitched || isGivenAway(path)) return;
  // -execdir works from the opened directory, so that a directory that becomes a link meanwhile leads nowhere
  const owner = `${identity.uid}:${identity.gid}`;
  const filter = ["-ignore_readdir_race", "-xdev", "-user", "0", "(", "-type", "d", "-o", "-links", "1", ")"];
  const action = ["-execdir", "chown", "-h", owner, "{}", "+"];
  const result = await execa("/usr/bin/find", [path, ...filter, ...action], {
    env: { PATH: "/usr/bin:/bin" },
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    maxBuffer: 10_000,
  });
  if (result.exitCode === 0 || isOnlyRemoved(result.stderr)) return;
  throw new OutpostError(
    "forbidden",
    `cannot give "${path}" to uid ${identity.uid}: ${result.stderr || result.message}`,
  );
}

/** Entries that are looked at here at most: in most trees there is nothing to give, and to start `find` takes longer than to see that. */
const maxLooked = 2_000;

/** False where something is root's, and where nobody can say. Only a look: who changes the tree meanwhile gains nothing by it. */
function isGivenAway(path: string): boolean {
  try {
    const top = lstatSync(path);
    if (isRoots(top)) return false;
    const directories = top.isDirectory() ? [path] : [];
    let looked = 0;
    for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
      for (const name of readdirSync(directory)) {
        looked += 1;
        const entry = join(directory, name);
        const stat = lstatSync(entry);
        if (looked > maxLooked || isRoots(stat)) return false;
        if (stat.isDirectory() && stat.dev === top.dev) directories.push(entry);
      }
    }
    return true;
  } catch {
    return false;
  }
}

/** What `find` is told to give away below. */
function isRoots(stat: Stats): boolean {
  return stat.uid === 0 && (stat.isDirectory() || stat.nlink === 1);
}

/** What another process removed meanwhile, such as git's temporary files, needs no owner; find goes on with the rest. */
function isOnlyRemoved(stderr: string): boolean {
  const lines = stderr.split("\n").filter((line) => line !== "");
  return lines.length > 0 && lines.every((line) => line.endsWith(": No such file or directory"));
}

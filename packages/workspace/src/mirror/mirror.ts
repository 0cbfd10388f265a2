// The mirror of a repository: a bare repository with a configuration of its own, which no source's settings ever reach.
// Invariant: attributes are off in it, so that git moves raw bytes whatever a .gitattributes asks for.
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OutpostError, type RepositoryId } from "@outpost/protocol";
import type { GitCommand, GitOutput, GitRunner } from "../git/git-runner.ts";
import type { ObjectFormat } from "../git/object-id.ts";
import { pastLeftLocks } from "./left-locks.ts";

/** The ref that holds the source's HEAD. */
export const SOURCE_REF = "refs/outpost/source/HEAD";

/** "-diff" would show every file as binary; "!diff" takes a driver away and leaves the choice to the content. */
const attributes = "* -text -eol -crlf -ident -filter -working-tree-encoding -export-subst !diff !merge !whitespace\n";

export interface Mirror {
  gitDir: string;
  objectFormat: ObjectFormat;
  git: GitRunner;
  /** Runs git on the mirror, which is mounted read-only unless `writable` names it. */
  run(command: Omit<GitCommand, "gitDir">): Promise<GitOutput>;
}

export function repositoryDirectory(dataDirectory: string, id: RepositoryId): string {
  return join(dataDirectory, "repositories", id);
}

/** Of the locks that the server holds in the repository's source. */
export function lockRecordsDirectory(dataDirectory: string, id: RepositoryId): string {
  return join(repositoryDirectory(dataDirectory, id), "source-locks");
}

export function mirrorDirectory(dataDirectory: string, id: RepositoryId): string {
  return join(repositoryDirectory(dataDirectory, id), "mirror.git");
}

/** Opens the mirror; null when there is none. */
export async function findMirror(git: GitRunner, gitDir: string): Promise<Mirror | null> {
  const config = await readFile(join(gitDir, "config"), "utf8").catch(() => null);
  if (config === null) return null;
  const objectFormat: ObjectFormat = /objectformat = sha256/i.test(config) ? "sha256" : "sha1";
  return {
    gitDir,
    objectFormat,
    git,
    run: (command) => {
      const isWritten = command.writable?.includes(gitDir) ?? false;
      if (!isWritten) return git.run({ ...command, gitDir, readable: [...(command.readable ?? []), gitDir] });
      return pastLeftLocks(gitDir, () => git.run({ ...command, gitDir }), command.signal);
    },
  };
}

/** Opens the mirror. Rejects with `not_found` when the repository was never imported. */
export async function getMirror(git: GitRunner, gitDir: string): Promise<Mirror> {
  const mirror = await findMirror(git, gitDir);
  if (mirror === null) throw new OutpostError("not_found", "the repository has no mirror yet; import it first");
  return mirror;
}

/** Makes the mirror beside its place and moves it there whole, so that a half-made one is never found. */
export async function createMirror(git: GitRunner, gitDir: string, objectFormat: ObjectFormat): Promise<Mirror> {
  const staged = `${gitDir}.${randomBytes(6).toString("hex")}.tmp`;
  await mkdir(dirname(gitDir), { recursive: true });
  await mkdir(staged);
  await git.run({
    args: ["init", "--quiet", "--bare", "--template=", `--object-format=${objectFormat}`],
    gitDir: staged,
    writable: [staged],
  });
  await mkdir(join(staged, "info"), { recursive: true });
  await writeFile(join(staged, "info/attributes"), attributes);
  await writeFile(join(staged, "info/exclude"), "");
  if ((await stat(gitDir).catch(() => null)) === null) {
    await rename(staged, gitDir).catch(async (error: unknown) => {
      if ((await findMirror(git, gitDir)) === null) throw error;
    });
  }
  await rm(staged, { recursive: true, force: true });
  return getMirror(git, gitDir);
}

/** The commit a ref names, or null when it is not there. */
export async function findRef(mirror: Mirror, ref: string): Promise<string | null> {
  const output = await mirror.run({
    args: ["rev-parse", "--quiet", "--verify", `${ref}^{commit}`],
    okExitCodes: [0, 1, 128],
  });
  return output.exitCode === 0 ? output.text.trim() : null;
}

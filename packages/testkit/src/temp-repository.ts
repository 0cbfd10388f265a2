// Git repositories in the system's temporary folder, for tests. They know nothing of the user's own git configuration.
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GitObjectId } from "@outpost/protocol";
import { simpleGit } from "simple-git";

/** Path → content; null removes the file; a path that ends in "*" is written executable, without the star. */
export type TempFiles = Record<string, string | Uint8Array | null>;

export interface TempRepository {
  path: string;
  /** The first commit holds `files`; one more for each of `commits`. */
  commits: GitObjectId[];
  remove(): Promise<void>;
}

/** Settings of a stranger's machine must not decide how a test ends. */
export const gitEnvironment = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  LANG: "C.UTF-8",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Test Person",
  GIT_AUTHOR_EMAIL: "person@example.invalid",
  GIT_COMMITTER_NAME: "Test Person",
  GIT_COMMITTER_EMAIL: "person@example.invalid",
};

export async function createTempRepository(
  files: TempFiles,
  commits: readonly { message: string; files: TempFiles }[] = [],
): Promise<TempRepository> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "outpost-repository-")));
  const git = simpleGit({
    baseDir: path,
    unsafe: { allowUnsafeConfigPaths: true },
    allowEnvironment: Object.keys(gitEnvironment),
  }).env(gitEnvironment);
  await git.init(["--quiet", "--initial-branch=main"]);
  const made: GitObjectId[] = [];
  for (const commit of [{ message: "first commit", files }, ...commits]) {
    await writeTempFiles(path, commit.files);
    await git.raw(["add", "--all", "--force"]);
    await git.raw(["commit", "--quiet", "--allow-empty", "--no-verify", "--message", commit.message]);
    made.push(GitObjectId.parse((await git.revparse(["HEAD"])).trim()));
  }
  return { path, commits: made, remove: () => rm(path, { recursive: true, force: true }) };
}

async function writeTempFiles(root: string, files: TempFiles): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const target = join(root, name.replace(/\*$/, ""));
    if (content === null) {
      await rm(target, { force: true });
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    if (name.endsWith("*")) await chmod(target, 0o755);
  }
}

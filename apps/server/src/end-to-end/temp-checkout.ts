// Folders with git repositories in any state, made with git itself. Knows nothing of the settings of who runs the tests.
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const environment = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  LANG: "C.UTF-8",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Test Person",
  GIT_AUTHOR_EMAIL: "person@example.invalid",
  GIT_COMMITTER_NAME: "Test Person",
  GIT_COMMITTER_EMAIL: "person@example.invalid",
};

const execute = promisify(execFile);

export interface TempCheckout {
  path: string;
  git(...args: string[]): Promise<string>;
  write(files: Record<string, string | Uint8Array>): Promise<void>;
  /** All that is there. */
  commit(message: string): Promise<void>;
  remove(): Promise<void>;
}

/** A folder, open to all as projects are; no repository yet. */
export async function createTempFolder(files: Record<string, string | Uint8Array> = {}): Promise<TempCheckout> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "outpost-checkout-")));
  await chmod(path, 0o755);
  const git = async (...args: string[]) => (await execute("git", args, { cwd: path, env: environment })).stdout.trim();
  const checkout: TempCheckout = {
    path,
    git,
    async write(given) {
      for (const [name, content] of Object.entries(given)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), content);
      }
    },
    async commit(message) {
      await git("add", "--all");
      await git("commit", "--quiet", "--allow-empty", "--message", message);
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
  await checkout.write(files);
  return checkout;
}

export async function createTempCheckout(files: Record<string, string | Uint8Array> = {}): Promise<TempCheckout> {
  const checkout = await createTempFolder(files);
  await checkout.git("init", "--quiet", "--initial-branch=main");
  await checkout.commit("first commit");
  return checkout;
}

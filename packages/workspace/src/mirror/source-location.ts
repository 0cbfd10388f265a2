// Finds out what a path source is: the top of a git checkout, a plain folder, or nothing that can be registered.
// Only looks; runs nothing. Knows linked worktrees, submodule checkouts and alternates, since git must see those directories too.
import { constants } from "node:fs";
import { access, lstat, readFile, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { systemErrorCode } from "@outpost/checkout";
import { OutpostError, type RepositorySource } from "@outpost/protocol";

export interface GitSource {
  kind: "git";
  root: string;
  gitDir: string;
  /** Where objects and configuration are: the git directory itself, or that of the main worktree. */
  commonDir: string;
  /** Everything that git reads of it, besides the root. */
  gitDirectories: string[];
}

export type SourceLocation = GitSource | { kind: "folder"; root: string };

/**
 * Where a command of git runs that needs no working tree and is not shown it. Git would go into the one that a submodule's configuration
 * names (`core.worktree`), so another is named: the git directory.
 */
export function withoutWorkTree({ gitDir }: GitSource): { gitDir: string; workTree: string } {
  return { gitDir, workTree: gitDir };
}

const MAX_ALTERNATES = 16;

/** Rejects with `not_found`, `forbidden` (not readable) and `invalid_input` (no directory, inside a repository, bare, not a path). */
export async function locateSource(source: RepositorySource): Promise<SourceLocation> {
  if (source.type !== "path") {
    throw new OutpostError(
      "invalid_input",
      `source type "${source.type}" is not supported yet; use type "path" with a directory on the server`,
    );
  }
  if (!isAbsolute(source.path)) {
    throw new OutpostError("invalid_input", `path "${source.path}" is relative; give an absolute path`);
  }
  const root = await openRoot(source.path);
  const gitDir = await findGitDir(root);
  if (gitDir !== null) return describeGitSource(root, gitDir);
  if (await isGitDir(root)) {
    throw new OutpostError("invalid_input", `"${root}" is a git directory without a checkout; give a checkout of it`);
  }
  for (let parent = dirname(root); ; parent = dirname(parent)) {
    if ((await findGitDir(parent)) !== null) {
      throw new OutpostError(
        "invalid_input",
        `"${root}" lies inside the git repository "${parent}"; register "${parent}"`,
        { details: { toplevel: parent } },
      );
    }
    if (parent === dirname(parent)) return { kind: "folder", root };
  }
}

async function openRoot(path: string): Promise<string> {
  try {
    const root = await realpath(path);
    if (!(await stat(root)).isDirectory()) {
      throw new OutpostError("invalid_input", `"${path}" is not a directory; give the directory of a project`);
    }
    await access(root, constants.R_OK | constants.X_OK);
    return root;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new OutpostError("not_found", `there is no directory "${path}" on the server`, { cause: error });
    }
    if (code === "EACCES" || code === "EPERM") {
      throw new OutpostError("forbidden", `"${path}" is closed to the server's user; let it read the directory`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** The git directory of a checkout's top, or null when `root` is none. */
async function findGitDir(root: string): Promise<string | null> {
  const path = join(root, ".git");
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) {
    return (await isGitDir(path)) ? realpath(path) : null;
  }
  if (!found?.isFile() || found.size > 10_000) return null;
  const target = /^gitdir: (.+?)\n*$/s.exec(await readText(path))?.[1];
  if (target === undefined) return null;
  const gitDir = resolve(root, target);
  return (await isGitDir(gitDir)) ? realpath(gitDir) : null;
}

async function isGitDir(path: string): Promise<boolean> {
  const head = await lstat(join(path, "HEAD")).catch(() => null);
  if (head === null) return false;
  const commonDir = await commonDirOf(path);
  return (await stat(join(commonDir, "objects")).catch(() => null))?.isDirectory() ?? false;
}

async function commonDirOf(gitDir: string): Promise<string> {
  const named = (await readText(join(gitDir, "commondir"))).trim();
  return named === "" ? gitDir : resolve(gitDir, named);
}

async function describeGitSource(root: string, gitDir: string): Promise<GitSource> {
  const commonDir = await realpath(await commonDirOf(gitDir));
  const objects = await realpath(join(commonDir, "objects"));
  const gitDirectories = new Set([gitDir, commonDir, objects]);
  const pending = [objects];
  for (let next = pending.pop(); next !== undefined && gitDirectories.size < MAX_ALTERNATES; next = pending.pop()) {
    for (const line of (await readText(join(next, "info/alternates"))).split("\n")) {
      if (line === "" || line.startsWith("#")) continue;
      const alternate = await realpath(resolve(next, line)).catch(() => null);
      if (alternate === null || gitDirectories.has(alternate)) continue;
      gitDirectories.add(alternate);
      pending.push(alternate);
    }
  }
  return { kind: "git", root, gitDir, commonDir, gitDirectories: [...gitDirectories] };
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

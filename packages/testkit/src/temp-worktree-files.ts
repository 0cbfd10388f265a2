// The files of the test worktree: the WorktreeFiles port on a real folder. Enough for tests of whoever uses the port; the hardened one
// (races, symlinks on the way, fsync) is packages/workspace.
import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DirectoryEntry, FileContent, WorktreeFiles } from "@outpost/core";
import { isOutpostError, OutpostError } from "@outpost/protocol";
import { runGit } from "./temp-git.ts";

export function createTempWorktreeFiles(root: string): WorktreeFiles {
  const files: WorktreeFiles = {
    read: (path, options) => readContent(root, path, options?.maxBytes ?? 10_000_000),
    async write(path, bytes, expectedSha256) {
      const before = await currentContent(root, path);
      if ((before?.sha256 ?? null) !== expectedSha256) {
        throw new OutpostError("conflict", `file "${path}" changed since it was read`);
      }
      const target = await resolveInside(root, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(`${target}.outpost-new`, bytes);
      if (before?.executable) await chmod(`${target}.outpost-new`, 0o755);
      await rename(`${target}.outpost-new`, target);
      return { sha256: hash(bytes) };
    },
    async remove(path, expectedSha256) {
      const before = await readContent(root, path, 10_000_000);
      if (before.sha256 !== expectedSha256)
        throw new OutpostError("conflict", `file "${path}" changed since it was read`);
      await rm(await resolveInside(root, path));
    },
    list: (path, limit = 1000) => listEntries(root, path, limit),
    async find(glob, limit) {
      const listed = await runGit(root, [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--deduplicate",
      ]);
      const pattern = globToExpression(glob);
      const paths: string[] = [];
      for (const path of listed
        .split("\0")
        .filter((path) => path !== "" && pattern.test(path))
        .sort()) {
        if (await lstat(join(root, path)).catch(() => null)) paths.push(path);
      }
      return { paths: paths.slice(0, limit), truncated: paths.length > limit };
    },
  };
  return files;
}

async function readContent(root: string, path: string, maxBytes: number): Promise<FileContent> {
  const target = await resolveInside(root, path);
  const stats = await lstat(target).catch(() => null);
  if (stats === null) throw new OutpostError("not_found", `no file "${path}"; ${await nearestNames(root, path)}`);
  if (stats.isDirectory()) throw new OutpostError("invalid_input", `"${path}" is a directory; list it instead`);
  if (!stats.isFile()) throw new OutpostError("invalid_input", `"${path}" is no regular file`);
  if (stats.size > maxBytes) {
    throw new OutpostError("limit_exceeded", `file "${path}" has ${stats.size} bytes, over the limit of ${maxBytes}`);
  }
  const bytes = new Uint8Array(await readFile(target));
  return { bytes, sha256: hash(bytes), executable: (stats.mode & 0o111) !== 0 };
}

async function currentContent(root: string, path: string): Promise<FileContent | null> {
  try {
    return await readContent(root, path, 10_000_000);
  } catch (error) {
    if (isOutpostError(error) && error.code === "not_found") return null;
    throw error;
  }
}

async function resolveInside(root: string, path: string): Promise<string> {
  const parts = path === "." ? [] : path.split("/");
  if (path.startsWith("/") || parts.includes("..") || parts[0] === ".git") {
    throw new OutpostError("forbidden", `"${path}" is outside of the worktree`);
  }
  for (let depth = 1; depth < parts.length; depth++) {
    const stats = await lstat(join(root, ...parts.slice(0, depth))).catch(() => null);
    if (stats?.isSymbolicLink()) throw new OutpostError("forbidden", `"${path}" passes through a symlink`);
  }
  return join(root, ...parts);
}

async function nearestNames(root: string, path: string): Promise<string> {
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
  const names = await readdir(join(root, folder)).catch(() => []);
  const shown = names.filter((name) => name !== ".git").slice(0, 5);
  return shown.length > 0 ? `there is ${shown.join(", ")}` : `there is no directory "${folder}"`;
}

async function listEntries(root: string, path: string, limit: number): ReturnType<WorktreeFiles["list"]> {
  const target = await resolveInside(root, path);
  const stats = await lstat(target).catch(() => null);
  if (stats === null) throw new OutpostError("not_found", `no directory "${path}"; ${await nearestNames(root, path)}`);
  if (!stats.isDirectory()) throw new OutpostError("invalid_input", `"${path}" is a file; read it instead`);
  const entries: DirectoryEntry[] = [];
  for (const name of (await readdir(target)).filter((name) => name !== ".git").sort()) {
    const found = await lstat(join(target, name));
    const kind = found.isFile()
      ? "file"
      : found.isDirectory()
        ? "directory"
        : found.isSymbolicLink()
          ? "symlink"
          : "other";
    entries.push({ name, kind, size: found.isFile() ? found.size : 0 });
  }
  return { entries: entries.slice(0, limit), truncated: entries.length > limit };
}

/** `*`, `**`, `?` and `{a,b}`; a pattern without "/" matches the name anywhere. */
export function globToExpression(glob: string): RegExp {
  const source = (glob.includes("/") ? glob : `**/${glob}`).replaceAll(
    /\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[.+^$()|[\]\\{}]/g,
    (token) => {
      if (token === "**/") return "(?:.*/)?";
      if (token === "**") return ".*";
      if (token === "*") return "[^/]*";
      if (token === "?") return "[^/]";
      if (token.length > 1) return `(?:${token.slice(1, -1).split(",").map(globSource).join("|")})`;
      return `\\${token}`;
    },
  );
  return new RegExp(`^${source}$`);
}

function globSource(part: string): string {
  return part
    .replaceAll(/[.+^$()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

// The git of the test worktree: the WorktreeGit port by plain git, and the change from the base to what is there now.
import { createHash, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GrepMatch, Worktree, WorktreeGit } from "@outpost/core";
import { type ChangeFile, FileMode, GitObjectId, type Hunk, OutpostError } from "@outpost/protocol";
import { runGit } from "./temp-git.ts";
import { globToExpression } from "./temp-worktree-files.ts";

const changeKinds: Record<string, ChangeFile["kind"]> = {
  A: "added",
  D: "deleted",
  R: "renamed",
  M: "modified",
  T: "modified",
};

/** The tree of what is there now, tracked and untracked, written without touching the worktree's own index. */
export async function writeTree(root: string): Promise<GitObjectId> {
  const index = join(tmpdir(), `outpost-index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await runGit(root, ["read-tree", "HEAD"], { env });
    await runGit(root, ["add", "--all"], { env });
    return GitObjectId.parse((await runGit(root, ["write-tree"], { env })).trim());
  } finally {
    await rm(index, { force: true });
  }
}

export function createTempWorktreeGit(root: string, baseCommit: GitObjectId): WorktreeGit {
  return {
    async status() {
      const files = await changedFiles(root, baseCommit, await writeTree(root));
      return files.map(({ path, kind }) => ({ path, kind }));
    },
    async diff(options = {}) {
      const tree = await writeTree(root);
      const paths = options.path === undefined ? [] : ["--", options.path];
      const text = await runGit(root, ["diff", "--find-renames", baseCommit, tree, ...paths]);
      return text.slice(0, options.maxBytes ?? text.length);
    },
    async log({ limit, path }) {
      const format = "--format=%H%x00%an%x00%at%x00%s";
      const text = await runGit(root, ["log", `-${limit}`, format, ...(path === undefined ? [] : ["--", path])]);
      return text
        .split("\n")
        .filter(Boolean)
        .map((line) => {
          const [commit, author = "", at, subject = ""] = line.split("\0");
          return { commit: GitObjectId.parse(commit), author, atMs: Number(at) * 1000, subject };
        });
    },
    async commit(message) {
      await runGit(root, ["add", "--all"]);
      if ((await runGit(root, ["status", "--porcelain"])) === "") {
        throw new OutpostError("invalid_input", "there is nothing to commit");
      }
      await runGit(root, ["commit", "--quiet", "--no-verify", "--file", "-"], { stdin: message });
      return GitObjectId.parse((await runGit(root, ["rev-parse", "HEAD"])).trim());
    },
    async grep(options) {
      const mode = [options.regex ? "-E" : "-F", ...(options.ignoreCase ? ["-i"] : [])];
      const args = ["grep", "--untracked", "--no-color", "-I", "-n", "-z", ...mode, "-e", options.pattern];
      const text = await runGit(root, args, { answers: [0, 1] });
      const wanted = options.path === undefined ? /^/ : globToExpression(options.path);
      const matches = text.split("\n").flatMap((line): GrepMatch[] => {
        const [path = "", number, ...rest] = line.split("\0");
        return number !== undefined && wanted.test(path) ? [{ path, line: Number(number), text: rest.join("\0") }] : [];
      });
      return { matches: matches.slice(0, options.limit), truncated: matches.length > options.limit };
    },
  };
}

export async function readChange(root: string, baseCommit: GitObjectId): ReturnType<Worktree["diffToBase"]> {
  const tree = await writeTree(root);
  const files = await changedFiles(root, baseCommit, tree);
  if (files.length === 0) return null;
  const total = (key: "addedLines" | "removedLines") => files.reduce((sum, file) => sum + file[key], 0);
  return { baseCommit, tree, files, addedLines: total("addedLines"), removedLines: total("removedLines") };
}

async function changedFiles(root: string, base: GitObjectId, tree: GitObjectId): Promise<ChangeFile[]> {
  const fields = (await runGit(root, ["diff", "--raw", "-z", "--no-abbrev", "--find-renames", base, tree])).split("\0");
  const files: ChangeFile[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const [oldMode = "", newMode = "", oldBlob = "", newBlob = "", status = ""] = fields[at]?.slice(1).split(" ") ?? [];
    const isRename = status.startsWith("R");
    const first = fields[at + 1] ?? "";
    const path = isRename ? (fields[at + 2] ?? "") : first;
    at += isRename ? 3 : 2;
    const patch = await runGit(root, ["diff", "--find-renames", base, tree, "--", ...(isRename ? [first] : []), path]);
    const hunks = parseHunks(patch, path);
    const count = (sign: string) => hunks.flatMap((hunk) => hunk.lines).filter((line) => line.startsWith(sign)).length;
    const kind = changeKinds[status.charAt(0)] ?? "modified";
    files.push({
      path,
      oldPath: isRename ? first : null,
      kind: kind === "modified" && oldBlob === newBlob ? "mode" : kind,
      oldMode: modeOf(oldMode),
      newMode: modeOf(newMode),
      oldBlob: blobOf(oldBlob),
      newBlob: blobOf(newBlob),
      binary: /^Binary files /m.test(patch),
      language: path.split(".").at(-1) ?? "text",
      addedLines: count("+"),
      removedLines: count("-"),
      hunks,
    });
  }
  return files;
}

function modeOf(mode: string): FileMode | null {
  return mode === "000000" ? null : FileMode.parse(mode);
}

function blobOf(blob: string): GitObjectId | null {
  return /^0+$/.test(blob) ? null : GitObjectId.parse(blob);
}

function parseHunks(patch: string, path: string): Hunk[] {
  const seen = new Map<string, number>();
  return patch
    .split(/^(?=@@ -)/m)
    .slice(1)
    .map((block) => {
      const [header = "", ...lines] = block.replace(/\n$/, "").split("\n");
      const [, oldStart, oldLines, newStart, newLines] =
        /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(header) ?? [];
      const side = (sign: string) => lines.filter((line) => line.startsWith(sign)).join("\n");
      const key = JSON.stringify([path, side("-"), side("+")]);
      const occurrence = seen.get(key) ?? 0;
      seen.set(key, occurrence + 1);
      return {
        id: createHash("sha256").update(`${key}${occurrence}`).digest("hex").slice(0, 16),
        oldStart: Number(oldStart),
        oldLines: Number(oldLines ?? 1),
        newStart: Number(newStart),
        newLines: Number(newLines ?? 1),
        lines,
      };
    });
}

// The git that tools may use on a run's worktree: what changed, its history, a commit on a HEAD that only the worktree has.
// Everything reads a recorded state in the mirror; the user's repository is not involved.
import type { WorktreeGit } from "@outpost/core";
import { GitObjectId, OutpostError } from "@outpost/protocol";
import { listChanges } from "../git/change-files.ts";
import { diffArguments } from "../git/raw-diff.ts";
import type { Mirror } from "../mirror/mirror.ts";
import { grepTree } from "./grep.ts";
import type { RecordedState } from "./recorder.ts";

export interface WorktreeGitOptions {
  mirror: Mirror;
  baseTree: string;
  head: WorktreeHead;
  record: () => Promise<RecordedState>;
  /** False for files that the policy denies. */
  isShown: (path: string) => boolean;
}

/** The worktree's HEAD: in memory, and in the message of every recorded state. */
export interface WorktreeHead {
  commit: string;
  tree: string;
}

const DEFAULT_DIFF_BYTES = 200_000;
const MAX_DIFF_BYTES = 8_000_000;
const MAX_LOG_ENTRIES = 500;
const MAX_MESSAGE_CHARACTERS = 20_000;

export function createWorktreeGit(options: WorktreeGitOptions): WorktreeGit {
  const { mirror, baseTree, head, record } = options;
  return {
    async status() {
      const { tree } = await record();
      if (tree === baseTree) return [];
      return (await listChanges(mirror, baseTree, tree)).map(({ path, kind }) => ({ path, kind }));
    },

    async diff({ path, maxBytes = DEFAULT_DIFF_BYTES } = {}) {
      const { tree } = await record();
      if (tree === baseTree) return "";
      return readableDiff(mirror, [baseTree, tree, ...(path === undefined ? [] : ["--", path])], maxBytes);
    },

    async log({ limit, path }) {
      const output = await mirror.run({
        args: [
          "log",
          "-z",
          "--format=%H%x00%an%x00%at%x00%s",
          `--max-count=${Math.max(1, Math.min(limit, MAX_LOG_ENTRIES))}`,
          head.commit,
          ...(path === undefined ? [] : ["--", path]),
        ],
        timeoutMs: 30_000,
      });
      return parseLog(output.bytes);
    },

    async commit(message) {
      if (message.trim() === "" || message.length > MAX_MESSAGE_CHARACTERS) {
        throw new OutpostError(
          "invalid_input",
          `a commit message has 1 to ${MAX_MESSAGE_CHARACTERS} characters; this one has ${message.length}`,
        );
      }
      const { tree } = await record();
      if (tree === head.tree) throw new OutpostError("invalid_input", "there is nothing to commit; edit a file first");
      const output = await mirror.run({
        args: ["commit-tree", tree, "-p", head.commit, "-F", "-"],
        stdin: message.endsWith("\n") ? message : `${message}\n`,
        writable: [mirror.gitDir],
      });
      const commit = GitObjectId.parse(output.text.trim());
      head.commit = commit;
      head.tree = tree;
      return commit;
    },

    async grep(request) {
      const { tree } = await record();
      return grepTree(mirror, tree, request, options.isShown);
    },
  };
}

async function readableDiff(mirror: Mirror, operands: readonly string[], maxBytes: number): Promise<string> {
  const bound = Math.max(1, Math.min(maxBytes, MAX_DIFF_BYTES));
  const options = diffArguments.filter((argument) => argument !== "--raw" && argument !== "-z");
  const output = await mirror.run({
    args: [...options, "--patch", "--diff-algorithm=histogram", ...operands],
    // Twice, since the first half is what a cut output keeps whole.
    maxOutputBytes: bound * 2 + 1000,
    mayCut: true,
  });
  if (!output.isCut && output.bytes.length <= bound) return output.bytes.toString("utf8");
  const end = output.bytes.lastIndexOf(10, bound);
  const text = output.bytes.toString("utf8", 0, end + 1);
  return `${text}[cut at ${bound} bytes; ask for one path]\n`;
}

function parseLog(bytes: Buffer): Awaited<ReturnType<WorktreeGit["log"]>> {
  const fields = bytes.toString("utf8").split("\0");
  const entries: Awaited<ReturnType<WorktreeGit["log"]>> = [];
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [commit, author = "", seconds, subject = ""] = fields.slice(at, at + 4);
    entries.push({ commit: GitObjectId.parse(commit), author, atMs: Number(seconds) * 1000, subject });
  }
  return entries;
}

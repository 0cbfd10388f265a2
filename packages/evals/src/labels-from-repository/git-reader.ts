// Reads a git repository: commits, what they change, trees and blobs. By plumbing commands, so that nobody's settings decide what is read.
// Nothing is written to the repository.
import { spawn } from "node:child_process";
import { OutpostError } from "@outpost/protocol";

export interface Commit {
  id: string;
  /** None: the history ends here, or was cut off here. */
  parents: string[];
  author: string;
  message: string;
}

export interface TreeFile {
  path: string;
  blob: string;
  bytes: number;
}

export interface PathChange {
  /** git's letter: A, M, D, T. */
  status: string;
  path: string;
}

/** Of what one command may answer; it is killed beyond. */
const maxOutputBytes = 512_000_000;

export class GitReader {
  private readonly directory: string;
  private readonly signal: AbortSignal;

  /** Behind `signal` a command that runs is ended, and its answer rejects with the signal's reason. */
  constructor(directory: string, signal: AbortSignal) {
    this.directory = directory;
    this.signal = signal;
  }

  /** The repository's top folder, or the git directory of one without a checkout. Rejects with `invalid_input` where there is none. */
  async findRoot(): Promise<string> {
    try {
      const isBare = (await this.text(["rev-parse", "--is-bare-repository"])).trim() === "true";
      return (await this.text(["rev-parse", isBare ? "--absolute-git-dir" : "--show-toplevel"])).trim();
    } catch (error) {
      this.signal.throwIfAborted();
      const said = error instanceof Error ? error.message : String(error);
      throw new OutpostError("invalid_input", `"${this.directory}" is not a git repository that can be read (${said})`);
    }
  }

  /** Rejects with `not_found` when the repository has no such commit. */
  async resolveCommit(revision: string): Promise<string> {
    try {
      return (await this.text(["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`])).trim();
    } catch {
      this.signal.throwIfAborted();
      throw new OutpostError("not_found", `no commit "${revision}" in "${this.directory}"; name one with --commit`);
    }
  }

  /** `selection`: arguments of `git rev-list`. Newest first. */
  async listCommits(selection: readonly string[]): Promise<Commit[]> {
    const format = "%H%x00%P%x00%an <%ae>%x00%B";
    const text = await this.text([
      "log",
      "-z",
      `--format=tformat:${format}`,
      "--no-show-signature",
      ...selection,
      "--",
    ]);
    const fields = text.split("\0");
    const commits: Commit[] = [];
    for (let at = 0; at + 3 < fields.length; at += 4) {
      const [id = "", parents = "", author = "", message = ""] = fields.slice(at, at + 4);
      commits.push({ id, parents: parents.split(" ").filter((parent) => parent !== ""), author, message });
    }
    return commits;
  }

  /** What each of the commits changed against its first parent; a moved file is one removed and one added. */
  async listChanges(commits: readonly Commit[]): Promise<Map<string, PathChange[]>> {
    const changes = new Map<string, PathChange[]>(commits.map(({ id }) => [id, []]));
    const pairs = commits.flatMap(({ id, parents }) => (parents[0] === undefined ? [] : [`${id} ${parents[0]}\n`]));
    const args = [
      "diff-tree",
      "--stdin",
      "-r",
      "-z",
      "--name-status",
      "--no-renames",
      "--no-ext-diff",
      "--no-relative",
    ];
    const fields = (await this.text(args, pairs.join(""))).split("\0");
    let current: PathChange[] | undefined;
    for (let at = 0; at < fields.length; at++) {
      const field = fields[at] ?? "";
      if (field.length >= 40) current = changes.get(field);
      else if (field !== "") current?.push({ status: field, path: fields[++at] ?? "" });
    }
    return changes;
  }

  /** Regular files only: no links, no submodules, no paths that lead out of a checkout. In git's order. */
  async listFiles(commit: string): Promise<TreeFile[]> {
    const lines = (await this.text(["ls-tree", "-r", "-z", "-l", "--full-tree", commit])).split("\0");
    return lines.flatMap((line) => {
      const [, mode, blob, bytes, path] = /^(\d+) \w+ (\w+) +(\S+)\t([\s\S]+)$/.exec(line) ?? [];
      if (mode === undefined || !mode.startsWith("100") || blob === undefined || path === undefined) return [];
      const isSafe = path.split("/").every((part) => !["", ".", ".."].includes(part) && part.toLowerCase() !== ".git");
      return isSafe ? [{ path, blob, bytes: Number(bytes) }] : [];
    });
  }

  /** In the order asked for. */
  async readBlobs(blobs: readonly string[]): Promise<Buffer[]> {
    const output = await this.bytes(["cat-file", "--batch"], `${blobs.join("\n")}\n`);
    let at = 0;
    return blobs.map((blob) => {
      const headEnd = output.indexOf(10, at);
      const [, type, size] = output.toString("latin1", at, headEnd).split(" ");
      if (type !== "blob") throw new OutpostError("unavailable", `the repository lacks the file content ${blob}`);
      const start = headEnd + 1;
      at = start + Number(size) + 1;
      return output.subarray(start, start + Number(size));
    });
  }

  private async text(args: readonly string[], input = ""): Promise<string> {
    return (await this.bytes(args, input)).toString("utf8");
  }

  private async bytes(args: readonly string[], input: string): Promise<Buffer> {
    const fixed = ["-C", this.directory, "--no-pager", "--no-replace-objects", "-c", "i18n.logOutputEncoding=UTF-8"];
    this.signal.throwIfAborted();
    const child = spawn("git", [...fixed, ...args], { env: gitEnvironment(), stdio: ["pipe", "pipe", "pipe"] });
    const end = () => child.kill();
    this.signal.addEventListener("abort", end, { once: true });
    const output: Buffer[] = [];
    let errors = "";
    let outputBytes = 0;
    child.stdout.on("data", (part: Buffer) => {
      outputBytes += part.length;
      if (outputBytes > maxOutputBytes) child.kill("SIGKILL");
      else output.push(part);
    });
    child.stderr.on("data", (part: Buffer) => {
      if (errors.length < 2_000) errors += part.toString();
    });
    // A command that ends early closes its input; what it says counts.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }).finally(() => this.signal.removeEventListener("abort", end));
    if (exitCode === 0) return Buffer.concat(output);
    if (outputBytes > maxOutputBytes) {
      throw new OutpostError("limit_exceeded", `git ${args[0]} answered more than ${maxOutputBytes / 1e6} MB`);
    }
    this.signal.throwIfAborted();
    throw new OutpostError("unavailable", errors.trim().split("\n")[0] || `git ${args[0]} ended with ${exitCode}`);
  }
}

/** Without what points git elsewhere, and without fetching what a partial clone lacks. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const fixed = { GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  return { ...Object.fromEntries(kept), ...fixed };
}

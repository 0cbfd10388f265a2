// Makes a label file and its checkout from a repository: questions from its commit messages, or from the comments of its functions.
import { basename, dirname } from "node:path";
import type { Parser } from "@outpost/indexer";
import { OutpostError } from "@outpost/protocol";
import { type AskedFunction, drawFunctions, uncomment } from "./choose-comments.ts";
import { chooseCommits } from "./choose-commits.ts";
import { GitReader } from "./git-reader.ts";
import type { LabelFile } from "./label-file.ts";
import { type LabelSet, planLabelSet, writeLabelSet } from "./label-set.ts";
import { isSourcePath, mainLanguage } from "./source-paths.ts";
import { writeCheckout } from "./write-checkout.ts";

export interface MakeLabelsInput {
  repository: string;
  out: string;
  from: "commits" | "comments";
  /** Questions at most. */
  limit: number;
  /** Source files that a commit may change. */
  maxFiles: number;
  commit: string;
  /** Default: of the repository's folder. */
  name?: string;
  parser: Parser;
  /** Ends it with the signal's reason; then nothing is left of it. */
  signal: AbortSignal;
}

export interface MadeLabels {
  labels: LabelFile;
  set: LabelSet;
  /** What was looked at, for people. */
  looked: string;
}

interface Making {
  git: GitReader;
  head: string;
  input: MakeLabelsInput;
  set: LabelSet;
}

export async function makeLabels(input: MakeLabelsInput): Promise<MadeLabels> {
  const git = new GitReader(input.repository, input.signal);
  const root = await git.findRoot();
  const head = await git.resolveCommit(input.commit);
  const set = await planLabelSet(input.out, input.name ?? nameOf(root), root);
  const making = { git, head, input, set };
  return input.from === "commits" ? makeFromCommits(making) : makeFromComments(making);
}

async function makeFromCommits({ git, head, input, set }: Making): Promise<MadeLabels> {
  const { base, commits, looked, leftOut } = await chooseCommits({ git, head, ...input });
  const why = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
  const said = `${looked} commits looked at (left out: ${why.sort().join(", ") || "none"})`;
  if (base === null) throw new OutpostError("not_found", `no commit before ${head} can be asked about: ${said}`);
  const labels = await writeLabelSet(set, async (folder) => {
    const indexed = new Set(await writeCheckout(git, base, folder, input.signal));
    const found = commits.filter(({ paths }) => paths.every((path) => indexed.has(path)));
    const queries = found.map(({ query, paths, id }) => ({
      ...{ query, category: "commit" as const, commit: id },
      relevant: paths.map((path) => ({ path })),
    }));
    return describe({ git, head, input, set }, base, queries);
  });
  return { labels, set, looked: said };
}

async function makeFromComments({ git, head, input, set }: Making): Promise<MadeLabels> {
  const all: AskedFunction[] = [];
  const labels = await writeLabelSet(set, async (folder) => {
    const paths = await writeCheckout(git, head, folder, input.signal, async (path, content) => {
      if (!isSourcePath(path)) return content;
      const { text, functions } = await uncomment(path, content.toString("utf8"), input.parser);
      all.push(...functions);
      return text;
    });
    const drawn = await drawFunctions(all, { limit: input.limit, folder, paths });
    const queries = drawn.map(({ query, path, name, startLine, endLine }) => ({
      ...{ query, category: "comment" as const, symbol: name },
      relevant: [{ path, start_line: startLine, end_line: endLine }],
    }));
    return describe({ git, head, input, set }, head, queries);
  });
  return { labels, set, looked: `${all.length} functions whose comment asks about them` };
}

function describe({ head, input, set }: Making, commit: string, queries: LabelFile["queries"]): LabelFile {
  const { from, limit } = input;
  if (queries.length === 0) {
    const way = from === "commits" ? "commits" : "functions with a comment";
    throw new OutpostError("not_found", `no ${way} in "${input.repository}" at ${head} can be asked about`);
  }
  return {
    name: basename(set.checkoutPath),
    language: mainLanguage(queries.flatMap(({ relevant }) => relevant.map(({ path }) => path))),
    benchmark_root: "",
    ...{ commit, made: { from, head, limit }, queries },
  };
}

function nameOf(root: string): string {
  const name = basename(root).replace(/\.git$/, "");
  return name === "" ? basename(dirname(root)) : name;
}

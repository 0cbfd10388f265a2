// The files of a change with what is known about them besides their lines: whether they are generated, and which test files may speak for
// them. By names and mentions in the worktree; nothing is run or traced, and the basis says so.
import { isCode, isTestPath, subjectOf, subjectOfTest, type Worktree } from "@outpost/core";
import { createFilePolicy } from "@outpost/indexer";
import { type ChangeFile, type FileCoverage, isOutpostError } from "@outpost/protocol";

const maxTestFiles = 5000;
/** Files beyond are looked at by name alone: each costs a look through the worktree. */
const maxSearchedFiles = 40;
const maxMentions = 500;
const shownTests = 5;
const headBytes = 10_000_000;

const policy = createFilePolicy({ maxFileBytes: Number.MAX_SAFE_INTEGER });

export async function describeFiles(
  files: readonly ChangeFile[],
  { files: tree, git }: Pick<Worktree, "files" | "git">,
): Promise<ChangeFile[]> {
  const { paths } = await tree.find("**", maxTestFiles);
  const tests = paths.filter(isTestPath);
  const described: ChangeFile[] = [];
  for (const [index, file] of files.entries()) {
    const grep = index < maxSearchedFiles ? git.grep : null;
    described.push({
      ...file,
      generated: await isGenerated(file, tree),
      coverage: await findCoverage(file, tests, grep),
    });
  }
  return described;
}

async function isGenerated({ path, binary, newBlob }: ChangeFile, tree: Worktree["files"]): Promise<boolean> {
  const byName = policy.checkListed({ path, bytes: 0 });
  if (byName) return byName.reason === "generated" || byName.reason === "minified";
  if (binary || newBlob === null) return false;
  try {
    const { bytes } = await tree.read(path, { maxBytes: headBytes });
    return policy.checkContent(path, bytes)?.reason === "generated";
  } catch (error) {
    // A symlink, or too large to be read by anybody.
    if (isOutpostError(error) && error.code !== "internal") return false;
    throw error;
  }
}

async function findCoverage(
  { path, language }: ChangeFile,
  tests: readonly string[],
  grep: Worktree["git"]["grep"] | null,
): Promise<FileCoverage> {
  if (isTestPath(path)) return { verdict: "is_test", tests: [], basis: "its name is one of a test" };
  if (!isCode(language)) return { verdict: "not_code", tests: [], basis: "no programming language" };
  const subject = subjectOf(path);
  if (subject === null) return { verdict: "none_found", tests: [], basis: "its name is too general to look for" };
  const named = tests.filter((test) => subjectOfTest(test)?.toLowerCase() === subject.toLowerCase());
  const mentioning = grep ? await findMentions(subject, grep) : [];
  const found = [...new Set([...named, ...mentioning])];
  const looked = `names of test files, and the word "${subject}" in them`;
  return { verdict: found.length > 0 ? "likely" : "none_found", tests: found.slice(0, shownTests), basis: looked };
}

async function findMentions(subject: string, grep: Worktree["git"]["grep"]): Promise<string[]> {
  const { matches } = await grep({ pattern: subject, regex: false, ignoreCase: false, limit: maxMentions });
  const isMentioned = (text: string) => text.split(/[^\p{L}\p{N}_$-]+/u).includes(subject);
  return [
    ...new Set(matches.filter(({ path, text }) => isTestPath(path) && isMentioned(text)).map(({ path }) => path)),
  ];
}

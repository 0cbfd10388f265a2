import { access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Parser } from "@outpost/indexer";
import { createTempRepository, runGit, type TempRepository } from "@outpost/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createBenchParser } from "../retrieval/bench-parser.ts";
import { readLabels } from "../retrieval/labels.ts";
import { type MakeLabelsInput, makeLabels } from "./make-labels.ts";

const parser = createBenchParser();
afterAll(() => parser.close());

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "labels-out-"));
});
afterEach(() => rm(out, { recursive: true }));

type From = MakeLabelsInput["from"];
function make(repository: string, from: From, options: Partial<MakeLabelsInput> = {}) {
  const { signal } = new AbortController();
  const fixed = { repository, from, out, name: "demo", limit: 10, maxFiles: 2, commit: "HEAD", parser, signal };
  return makeLabels({ ...fixed, ...options });
}

/** What a command must not change: every file of the repository, git's own included. */
async function fingerprint(repository: string): Promise<string> {
  const paths = (await readdir(repository, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = paths.map((entry) => join(entry.parentPath, entry.name)).sort();
  return JSON.stringify(
    await Promise.all(files.map(async (path) => [path, (await readFile(path)).toString("base64")])),
  );
}

describe("questions from commits", () => {
  let repository: TempRepository;
  beforeAll(async () => {
    const files = {
      "src/retry.py": "def retry():\n    return 1\n",
      "src/theme.py": "def theme():\n    return 1\n",
      "src/gone.py": "def gone():\n    return 1\n",
      "src/cache.py": "def cache():\n    return 1\n",
      "tests/test_retry.py": "def test_retry():\n    assert True\n",
      "package-lock.json": "{}\n",
    };
    repository = await createTempRepository(files, [
      { message: "Say more about the colours of a theme", files: { "src/theme.py": "def theme():\n    return 2\n" } },
      { message: "Keep the cache of answers smaller", files: { "src/cache.py": "def cache():\n    return 2\n" } },
      { message: "Add the source of all later things", files: { "src/later.py": "def later():\n    return 1\n" } },
      { message: "Change what came a moment later", files: { "src/later.py": "def later():\n    return 2\n" } },
      { message: "Test the retries a little more", files: { "tests/test_retry.py": "def test_retry():\n    pass\n" } },
      { message: "Bump version to 2.0.0 of everything", files: { "src/retry.py": "version = 2\n" } },
      {
        message: "Retry when the server is away (#12)\n\nFixes #11\nSigned-off-by: A <a@b.c>",
        files: {
          "src/retry.py": "def retry():\n    return 2\n",
          "tests/test_retry.py": "x = 1\n",
          "package-lock.json": "[]\n",
        },
      },
      {
        message: "Rework all three parts of the program",
        files: { "src/retry.py": "x = 3\n", "src/theme.py": "x = 3\n", "src/cache.py": "x = 3\n" },
      },
      { message: "Remove what nobody calls any more", files: { "src/gone.py": null } },
    ]);
  });
  afterAll(() => repository.remove());

  it("are the newest that change few files, all of which exist before all of them", async () => {
    const before = await fingerprint(repository.path);
    const { labels, looked } = await make(repository.path, "commits");
    const [base, theme, cache, , , , , retry, , gone] = repository.commits;
    expect(labels).toMatchObject({
      name: "demo",
      language: "python",
      commit: base,
      made: { from: "commits", head: gone },
    });
    const of = (path: string) => ({ category: "commit", relevant: [{ path }] });
    expect(labels.queries).toEqual([
      { query: "Remove what nobody calls any more", commit: gone, ...of("src/gone.py") },
      { query: "Retry when the server is away", commit: retry, ...of("src/retry.py") },
      { query: "Keep the cache of answers smaller", commit: cache, ...of("src/cache.py") },
      { query: "Say more about the colours of a theme", commit: theme, ...of("src/theme.py") },
    ]);
    expect(looked).toBe(
      "9 commits looked at (left out: 1 many source files changed, 1 no source file changed, 1 upkeep)",
    );
    expect(await readFile(join(out, "checkouts/demo/src/theme.py"), "utf8")).toBe("def theme():\n    return 1\n");
    expect(await fingerprint(repository.path)).toBe(before);
  });

  it("stop at as many as are asked for: then files that came earlier count too", async () => {
    const { labels } = await make(repository.path, "commits", { limit: 3, commit: "HEAD~1" });
    const { queries, commit } = (await make(repository.path, "commits", { limit: 2, name: "two" })).labels;
    expect(queries.map(({ query }) => query)).toEqual([
      "Remove what nobody calls any more",
      "Retry when the server is away",
    ]);
    expect(commit).toBe(repository.commits[6]);
    expect(labels.queries.map(({ query }) => query)).not.toContain("Remove what nobody calls any more");
    const four = (await make(repository.path, "commits", { limit: 4, name: "four" })).labels;
    expect([four.queries.length, four.commit]).toEqual([4, repository.commits[0]]);
  });

  it("are read by the benchmark, and are the same each time", async () => {
    await make(repository.path, "commits", { name: "one" });
    await make(repository.path, "commits", { name: "two" });
    const { repositories, skipped } = await readLabels(join(out, "labels"));
    expect(skipped).toEqual([]);
    expect(repositories.map(({ name, queries }) => [name, queries.length])).toEqual([
      ["one", 4],
      ["two", 4],
    ]);
    expect(repositories[0]?.queries).toEqual(repositories[1]?.queries);
    expect(await fingerprint(join(out, "checkouts/one"))).toBe(
      (await fingerprint(join(out, "checkouts/two"))).replaceAll("checkouts/two", "checkouts/one"),
    );
  });
});

describe("questions from a history with merges", () => {
  it("look into what a merge brought, and not at the merge; programs are no people", async () => {
    const repository = await createTempRepository({
      "a.go": "package a\n",
      "b.go": "package a\n",
      "c.go": "package a\n",
    });
    try {
      const git = (...args: string[]) => runGit(repository.path, args);
      const commit = async (path: string, message: string, ...more: string[]) => {
        await writeFile(join(repository.path, path), `package a\n\n// ${message}\n`);
        await git("commit", "--quiet", "--all", "--message", message, ...more);
      };
      await git("checkout", "--quiet", "-b", "topic");
      await commit("a.go", "Count the bytes of every answer");
      await commit("b.go", "Make the logs of answers shorter");
      await git("checkout", "--quiet", "main");
      await commit("c.go", "Close files that nobody reads", "--author=dependabot[bot] <x@y.z>");
      await commit("c.go", "Open files that somebody reads");
      await git("merge", "--quiet", "--no-ff", "--message", "Merge topic with its two commits", "topic");
      const { labels } = await make(repository.path, "commits");
      expect(labels.queries.map(({ query, relevant }) => [query, relevant[0]?.path])).toEqual([
        ["Make the logs of answers shorter", "b.go"],
        ["Count the bytes of every answer", "a.go"],
        ["Open files that somebody reads", "c.go"],
      ]);
      expect(labels.commit).toBe((await git("rev-parse", "HEAD~2")).trim());
      expect(labels.language).toBe("go");
    } finally {
      await repository.remove();
    }
  });
});

describe("questions from comments", () => {
  let repository: TempRepository;
  const python = (name: string, doc: string) =>
    `def ${name}(a):\n    """${doc}"""\n    b = a + 1\n    c = b * a\n    return c\n`;
  beforeAll(async () => {
    repository = await createTempRepository({
      "lib/retry.py": `import os\n\n\n${python("again", "Ask the server once more after a pause.")}\n\n${python("other", "Short.")}`,
      "lib/twice.py":
        python("one", "Write all of the waiting lines to disk.") +
        python("two", "Write all of the waiting lines to disk."),
      "lib/known.py": python("known", "Explain what the guide says about colours."),
      "README.md": "It can explain what the guide\nsays about colours, for example.\n",
      "lib/size.go":
        "package lib\n\n// Size tells how many bytes an entry takes on disk.\nfunc Size(a int) int {\n\tb := a\n\treturn b\n}\n",
      "tests/test_retry.py": python("test_again", "Ask the test server once more after a pause."),
    });
  });
  afterAll(() => repository.remove());

  it("have the functions' lines in code without these comments", async () => {
    const before = await fingerprint(repository.path);
    const { labels } = await make(repository.path, "comments");
    expect(labels.queries).toEqual([
      {
        ...{ query: "Ask the server once more after a pause.", category: "comment", symbol: "again" },
        relevant: [{ path: "lib/retry.py", start_line: 4, end_line: 7 }],
      },
      {
        ...{ query: "Tells how many bytes an entry takes on disk.", category: "comment", symbol: "Size" },
        relevant: [{ path: "lib/size.go", start_line: 3, end_line: 6 }],
      },
    ]);
    expect(labels).toMatchObject({ commit: repository.commits[0], made: { from: "comments", limit: 10 } });
    const read = (path: string) => readFile(join(out, "checkouts/demo", path), "utf8");
    const retry = await read("lib/retry.py");
    expect(retry.split("\n").slice(3, 7)).toEqual(["def again(a):", "    b = a + 1", "    c = b * a", "    return c"]);
    expect(retry).not.toContain('"""');
    expect(await read("lib/known.py")).not.toContain("guide");
    expect(await read("tests/test_retry.py")).toContain("Ask the test server");
    expect(await fingerprint(repository.path)).toBe(before);
  });

  it("are drawn by what they are, so that fewer of them are some of the same", async () => {
    const { labels } = await make(repository.path, "comments", { limit: 1 });
    const all = (await make(repository.path, "comments", { name: "all" })).labels;
    expect(labels.queries).toHaveLength(1);
    expect(all.queries).toContainEqual(labels.queries[0]);
  });
});

describe("making labels says what is wrong", () => {
  let repository: TempRepository;
  beforeAll(async () => {
    repository = await createTempRepository({ "a.py": "x = 1\n" });
  });
  afterAll(() => repository.remove());

  it("where there is no repository, no commit or nothing to ask, and leaves no folder behind", async () => {
    const plain = await mkdtemp(join(tmpdir(), "labels-plain-"));
    await expect(make(plain, "commits")).rejects.toMatchObject({
      ...{ code: "invalid_input", message: expect.stringContaining("is not a git repository") },
    });
    await expect(make(join(plain, "absent"), "commits")).rejects.toMatchObject({ code: "invalid_input" });
    await rm(plain, { recursive: true });
    await expect(make(repository.path, "commits", { commit: "nobody" })).rejects.toMatchObject({
      ...{ code: "not_found", message: expect.stringContaining('no commit "nobody"') },
    });
    for (const from of ["commits", "comments"] as const) {
      await expect(make(repository.path, from)).rejects.toMatchObject({
        ...{ code: "not_found", message: expect.stringContaining("can be asked about") },
      });
    }
    const left = await readdir(out, { recursive: true });
    expect(left.filter((path) => !["labels", "checkouts"].includes(path))).toEqual([]);
  });

  it("where it is interrupted, and leaves nothing of the checkout it was at", async () => {
    const interruption = new AbortController();
    const reason = new Error("interrupted");
    const checkouts = join(out, "checkouts");
    let seen: string[] = [];
    const interrupting: Parser = {
      ...parser,
      async parse(request) {
        seen = await readdir(checkouts);
        interruption.abort(reason);
        return parser.parse(request);
      },
    };
    const source = 'def width(a):\n    """Tell how wide the drawn text is."""\n    b = a\n    return b\n';
    const two = await createTempRepository({ "a.py": source, "b.py": source });
    try {
      const made = make(two.path, "comments", { signal: interruption.signal, parser: interrupting });
      await expect(made).rejects.toBe(reason);
      expect(seen).toEqual([expect.stringMatching(/^\.demo-/)]);
      expect(await readdir(checkouts)).toEqual([]);
      expect(await readdir(join(out, "labels"))).toEqual([]);
      await expect(make(two.path, "commits", { signal: interruption.signal })).rejects.toBe(reason);
    } finally {
      await two.remove();
    }
  });

  it("and writes nothing outside of the checkout, whatever a tree names its files", async () => {
    const git = (...args: string[]) => runGit(repository.path, args);
    const blob = (await git("rev-parse", "HEAD:a.py")).trim();
    const docs = 'def width(a):\n    """Tell how wide the drawn text is."""\n    b = a\n    c = b\n    return c\n';
    const asked = (await runGit(repository.path, ["hash-object", "-w", "--stdin"], { stdin: docs })).trim();
    const inner = (await runGit(repository.path, ["mktree"], { stdin: `100644 blob ${blob}\tescaped.py\n` })).trim();
    const entries = [`040000 tree ${inner}\t..`, `120000 blob ${blob}\tlink.py`, `100644 blob ${asked}\twidth.py`];
    const tree = (await runGit(repository.path, ["mktree"], { stdin: `${entries.join("\n")}\n` })).trim();
    const commit = (await git("commit-tree", "-m", "a hostile tree", tree)).trim();
    const { labels } = await make(repository.path, "comments", { commit });
    expect(labels.queries.map(({ symbol }) => symbol)).toEqual(["width"]);
    expect((await readdir(out, { recursive: true })).sort()).toEqual(
      ["checkouts", "checkouts/demo", "checkouts/demo/width.py", "labels", "labels/demo.json"].sort(),
    );
  });

  it("where something is there already, the name is none, or the folder is the repository's own", async () => {
    await mkdir(join(out, "checkouts/demo"), { recursive: true });
    await writeFile(join(out, "checkouts/demo/mine.txt"), "mine");
    const conflict = { code: "conflict", message: expect.stringContaining("is there already") };
    await expect(make(repository.path, "comments")).rejects.toMatchObject(conflict);
    await mkdir(join(out, "labels"));
    await writeFile(join(out, "labels/taken.json"), "{}");
    await expect(make(repository.path, "comments", { name: "taken" })).rejects.toMatchObject(conflict);
    await expect(make(repository.path, "comments", { name: "../demo" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    const inside = { code: "invalid_input", message: expect.stringContaining("lies in the repository") };
    await expect(make(repository.path, "comments", { out: repository.path })).rejects.toMatchObject(inside);
    await expect(make(repository.path, "comments", { out: join(repository.path, "a/b") })).rejects.toMatchObject(
      inside,
    );
    await symlink(repository.path, join(out, "link"));
    await expect(make(repository.path, "comments", { out: join(out, "link/new") })).rejects.toMatchObject(inside);
    expect(await readFile(join(out, "checkouts/demo/mine.txt"), "utf8")).toBe("mine");
    await expect(access(join(repository.path, "labels"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

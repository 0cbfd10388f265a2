// A repository in any state, through import → edit → apply → revert, and where there is a branch to commit to, through that as well: what the
// person had stays byte for byte, and what cannot be done says so.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Change, Repository } from "@outpost/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Edits, makeChange } from "../fixture/make-change.ts";
import { photograph } from "../fixture/photograph.ts";
import {
  commitAll,
  createWorkplace,
  makeRepository,
  userGit,
  type Workplace,
  writeTree,
} from "../fixture/workplace.ts";
import { createChangeTargets } from "../targets/create-change-targets.ts";

let workplace: Workplace;
let source: string;
beforeEach(() => {
  workplace = createWorkplace();
  source = join(workplace.directory, "source");
});
afterEach(() => workplace.remove());

const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
const files = { "a.txt": "1\n2\n3\n", "dir/b.txt": "b\n" };
const withoutGit = (root: string) =>
  Object.fromEntries(Object.entries(photograph(root)).filter(([path]) => !path.startsWith(".git/") && path !== ".git"));

interface State {
  what: string;
  /** Makes the source. */
  prepare: () => void;
  edits?: Edits;
  base?: "head" | "dirty";
  /** Where the checkout is; default: `source`. */
  at?: string;
  /** Whether a branch can be committed to. */
  branch?: boolean;
  look?: (root: string) => void;
}

const states: State[] = [
  {
    what: "without a commit",
    prepare: () => {
      mkdirSync(source);
      userGit(source, ["init", "--quiet"]);
      writeTree(source, files);
    },
    base: "dirty",
    branch: false,
  },
  {
    what: "with a detached HEAD",
    prepare: () => {
      makeRepository(source, files);
      userGit(source, ["checkout", "--quiet", "--detach"]);
    },
  },
  {
    what: "with a submodule",
    prepare: () => {
      makeRepository(join(workplace.directory, "library"), { "lib.txt": "lib\n" });
      makeRepository(source, files);
      userGit(source, ["submodule", "--quiet", "add", join(workplace.directory, "library"), "lib"]);
      commitAll(source, "submodule");
    },
    look: (root) => expect(readFileSync(join(root, "lib/lib.txt"), "utf8")).toBe("lib\n"),
  },
  {
    what: "with LFS pointers and a filter that would change them",
    prepare: () => {
      makeRepository(source, { ...files, "big.bin": pointer, ".gitattributes": "*.bin filter=lfs\n" });
      userGit(source, ["config", "filter.lfs.smudge", "sh -c 'touch ran; cat'"]);
      userGit(source, ["config", "filter.lfs.clean", "sh -c 'touch ran; cat'"]);
    },
    edits: { "a.txt": "1\ntwo\n3\n", "big.bin": pointer.replace("12345", "99") },
    look: (root) => expect(existsSync(join(root, "ran"))).toBe(false),
  },
  {
    what: "that is checked out in part",
    prepare: () => {
      makeRepository(source, { ...files, "other/c.txt": "c\n" });
      userGit(source, ["sparse-checkout", "set", "dir"]);
    },
    look: (root) => expect(existsSync(join(root, "other"))).toBe(false),
  },
  {
    what: "with a nested repository",
    prepare: () => {
      makeRepository(source, files);
      makeRepository(join(source, "nested"), { "n.txt": "n\n" });
    },
  },
  {
    what: "that is a linked worktree",
    at: "linked",
    prepare: () => {
      makeRepository(source, files);
      userGit(source, ["worktree", "add", "--quiet", "-b", "side", join(workplace.directory, "linked")]);
    },
  },
  {
    what: "with names that differ only in case",
    prepare: () => makeRepository(source, { ...files, README: "1\n", readme: "2\n", "Dir/x": "x\n" }),
    edits: { README: "one\n", readme: "two\n", "dir/b.txt": null, "DIR/b.txt": "b\n" },
  },
  {
    what: "with a huge file",
    prepare: () => makeRepository(source, { ...files, "huge.bin": new Uint8Array(25_000_000) }),
  },
  { what: "with SHA-256 objects", prepare: () => makeRepository(source, files, ["--object-format=sha256"]) },
  {
    what: "in the middle of a merge",
    prepare: () => {
      makeRepository(source, files);
      userGit(source, ["checkout", "--quiet", "-b", "other"]);
      writeTree(source, { "c.txt": "other\n" });
      commitAll(source, "other");
      userGit(source, ["checkout", "--quiet", "main"]);
      userGit(source, ["merge", "--quiet", "--no-ff", "--no-commit", "other"]);
    },
  },
  {
    what: "whose files git turns into CRLF",
    prepare: () => {
      makeRepository(source, files);
      userGit(source, ["config", "core.autocrlf", "true"]);
      writeFileSync(join(source, "a.txt"), "1\r\n2\r\n3\r\n");
    },
    edits: { "a.txt": "1\ntwo\n3\n" },
    look: (root) => expect(readFileSync(join(root, "a.txt"), "utf8")).toMatch(/^1\r\n(?:2|two)\r\n3\r\n$/),
  },
  { what: "that is no git repository", prepare: () => writeTree(source, files), branch: false },
  {
    what: "of a folder with a name in the way of git",
    prepare: () => writeTree(source, { ...files, "x.git/config": "mine\n" }),
    branch: false,
  },
];

describe("import, edit, apply, revert of a repository", () => {
  it.each(states)(
    "$what",
    async ({
      prepare,
      edits = { "a.txt": "1\ntwo\n3\n", "new.txt": "new\n" },
      base = "head",
      at = "source",
      branch = true,
      look,
    }) => {
      prepare();
      const root = join(workplace.directory, at);
      const repository = workplace.repositoryAt(root);
      const before = withoutGit(root);
      const change = await makeChange(workplace, repository, edits, base);
      const { files: applied, undo } = await workplace.host.apply(repository, change);
      const wanted = change.files.flatMap(({ path, oldPath }) => [path, oldPath ?? path]);
      expect(applied.map(({ path }) => path).sort()).toEqual([...new Set(wanted)].sort());
      look?.(root);
      const after = withoutGit(root);
      const touched = new Set(applied.map(({ path }) => path));
      const rest = (tree: Record<string, string>) =>
        Object.fromEntries(Object.entries(tree).filter(([path]) => !touched.has(path)));
      expect(rest(after)).toEqual(rest(before));
      await workplace.host.revert(repository, applied, undo);
      expect(withoutGit(root)).toEqual(before);
      look?.(root);
      await expectBranch(repository, change, root, branch);
      expect(withoutGit(root)).toEqual(before);
    },
  );
});

function changeTargets() {
  const { git, dataDirectory } = workplace;
  const remotes = {};
  return createChangeTargets({
    git,
    dataDirectory,
    nowMs: Date.now,
    remotes,
    protectedBranches: [],
    allowedBranches: [],
  });
}

async function expectBranch(repository: Repository, change: Change, root: string, possible: boolean): Promise<void> {
  const targets = changeTargets();
  const words = { instruction: "x", author: "A <a@localhost>" };
  const commit = targets.commitToBranch(repository, change, "made", words);
  if (!possible) {
    await expect(commit).rejects.toMatchObject({ code: expect.stringMatching(/invalid_input|conflict/) });
    return;
  }
  const made = await commit;
  expect(userGit(root, ["rev-parse", "made"])).toBe(made.commit.commit);
  expect(userGit(root, ["diff", "--no-renames", "--name-only", "HEAD", "made"]).split("\n").sort()).toEqual(
    made.files.map(({ path }) => path).sort(),
  );
  expect(await targets.revertBranch(repository, change, made.commit, { ...words, threeWay: false })).toBeNull();
}

describe("a submodule, whose working tree git names in its configuration", () => {
  it("is imported and committed to where git is shown the git directory alone", async () => {
    makeRepository(source, files);
    const repository = workplace.repositoryAt(source);
    // Not there is what it is for git, which sees no working tree when it needs none.
    userGit(source, ["config", "core.worktree", "../nowhere"]);
    const change = await makeChange(workplace, repository, { "a.txt": "1\ntwo\n3\n" });
    const made = await changeTargets().commitToBranch(repository, change, "made", {
      instruction: "x",
      author: "A <a@localhost>",
    });
    expect(readFileSync(join(source, ".git/refs/heads/made"), "utf8").trim()).toBe(made.commit.commit);
  });
});

describe("what a repository's state does not allow", () => {
  it("is said: a file that is not checked out", async () => {
    makeRepository(source, { ...files, "other/c.txt": "c\n" });
    const repository = workplace.repositoryAt(source);
    const change = await makeChange(workplace, repository, { "other/c.txt": "changed\n" });
    userGit(source, ["sparse-checkout", "set", "dir"]);
    const before = withoutGit(source);
    await expect(workplace.host.apply(repository, change)).rejects.toMatchObject({
      code: "conflict",
      details: { conflicts: [{ path: "other/c.txt", reason: expect.stringContaining("gone from the checkout") }] },
    });
    expect(withoutGit(source)).toEqual(before);
  });
});

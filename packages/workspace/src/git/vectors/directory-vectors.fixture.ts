// For tests: hooks, and git directories where nobody looks for one.
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRepository, userGit } from "../../fixture/workplace.ts";
import { attempt, configure, plain, plantFile, plantHook, type Vector } from "./vector.fixture.ts";

const hook = (name: string, trigger: Vector["trigger"]): Vector => ({
  name: `hook ${name}`,
  plant: (root, script) => plantHook(root, name, script),
  trigger,
});

/** A repository inside, which the outer one knows as a submodule. */
function plantSubmodule(root: string, prepare: (inner: string) => void): void {
  const inner = join(root, "sub");
  makeRepository(inner, { "inner.txt": "one\n" });
  prepare(inner);
  userGit(root, ["update-index", "--add", "--cacheinfo", `160000,${userGit(inner, ["rev-parse", "HEAD"])},sub`]);
  plantFile(root, ".gitmodules", '[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n');
}

export const directoryVectors: readonly Vector[] = [
  hook("pre-commit", plain("commit", "--quiet", "--allow-empty", "-m", "again")),
  hook("post-commit", plain("commit", "--quiet", "--allow-empty", "-m", "again")),
  hook("prepare-commit-msg", plain("commit", "--quiet", "--allow-empty", "-m", "again")),
  hook("post-index-change", (root) => {
    plantFile(root, "new.txt", "x");
    attempt(root, ["add", "new.txt"]);
  }),
  hook("reference-transaction", plain("update-ref", "refs/heads/other", "HEAD")),
  hook("post-checkout", plain("checkout", "--quiet", "-b", "side")),
  hook("post-rewrite", plain("commit", "--quiet", "--amend", "-m", "again")),
  hook("pre-push", (root) => {
    userGit(join(root, ".."), ["init", "--quiet", "--bare", "pushed.git"]);
    attempt(root, ["push", "--quiet", join(root, "../pushed.git"), "HEAD:refs/heads/x"]);
  }),
  hook("fsmonitor-watchman", null),
  {
    name: "fsmonitor of a submodule",
    plant: (root, script) => plantSubmodule(root, (inner) => configure(inner, { "core.fsmonitor": script })),
    trigger: plain("status"),
  },
  {
    name: "filter of a submodule",
    plant: (root, script) =>
      plantSubmodule(root, (inner) => {
        plantFile(inner, ".gitattributes", "* filter=evil\n");
        plantFile(inner, "inner.txt", "two\n");
        configure(inner, { "filter.evil.clean": script });
      }),
    trigger: plain("status"),
  },
  {
    name: "update command of a submodule",
    plant(root, script) {
      plantSubmodule(root, () => {});
      configure(root, {
        "submodule.sub.update": `!${script}`,
        "submodule.sub.url": "./sub",
        "submodule.recurse": "true",
      });
      attempt(join(root, "sub"), ["commit", "--quiet", "--allow-empty", "-m", "ahead"]);
    },
    trigger: plain("submodule", "update"),
  },
  {
    name: "embedded bare repository",
    plant(root, script) {
      cpSync(join(root, ".git"), join(root, "docs"), { recursive: true });
      const config = `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = ${script}\n`;
      writeFileSync(join(root, "docs/config"), config);
      rmSync(join(root, "docs/index"), { force: true });
    },
    trigger: (root) => attempt(join(root, "docs"), ["status"]),
  },
  {
    name: "repository in an ignored directory",
    plant(root, script) {
      mkdirSync(join(root, "build"));
      makeRepository(join(root, "build/inner"), { "x.txt": "x\n" });
      configure(join(root, "build/inner"), { "core.fsmonitor": script });
      plantFile(root, ".gitignore", "build/\n");
    },
    trigger: (root) => attempt(join(root, "build/inner"), ["status"]),
  },
  {
    name: "swapped git directory",
    plant(root, script) {
      const elsewhere = join(root, "../elsewhere.git");
      renameSync(join(root, ".git"), elsewhere);
      writeFileSync(join(root, ".git"), `gitdir: ${elsewhere}\n`);
      configure(root, { "core.fsmonitor": script, "core.worktree": root });
    },
    trigger: plain("status"),
  },
];

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { countUncommittedFiles } from "./uncommitted-files.ts";

let root: string;
let marker: string;
let script: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "outpost-uncommitted-"));
  root = join(folder, "checkout");
  marker = join(folder, "ran");
  script = join(folder, "script");
  writeFileSync(script, `#!/bin/sh\ntouch ${marker}\ncat\n`);
  chmodSync(script, 0o755);
  mkdirSync(root);
  git("init", "--quiet", "-b", "main");
  for (const name of ["a.txt", "b.txt", "c.txt"]) writeFileSync(join(root, name), "same\n");
  git("add", "--all");
  git("-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--quiet", "-m", "first");
});
afterEach(() => rmSync(join(root, ".."), { recursive: true, force: true }));

const git = (...args: string[]): void => void execFileSync("git", args, { cwd: root, stdio: "pipe" });

it("counts what differs from HEAD, and says nothing of what is no repository", async () => {
  expect(await countUncommittedFiles(root)).toBe(0);
  writeFileSync(join(root, "a.txt"), "other\n");
  writeFileSync(join(root, "new.txt"), "new\n");
  rmSync(join(root, "b.txt"));
  expect(await countUncommittedFiles(root)).toBe(3);
  rmSync(join(root, ".git"), { recursive: true });
  expect(await countUncommittedFiles(root)).toBeNull();
});

/** Touched but the same: git has to look into it, and would write the index. */
const touch = (): void => utimesSync(join(root, "c.txt"), 1, 1);

const vectors: [string, () => void][] = [
  ["a monitor", () => git("config", "core.fsmonitor", script)],
  [
    "a clean filter",
    () => {
      git("config", "filter.x=y.z.clean", script);
      writeFileSync(join(root, ".git/info/attributes"), "* filter=x=y.z\n");
    },
  ],
  [
    "a filter process that is required",
    () => {
      git("config", "filter.p.process", script);
      git("config", "filter.p.required", "true");
      writeFileSync(join(root, ".git/info/attributes"), "* filter=p\n");
    },
  ],
  [
    "a filter in an included file",
    () => {
      writeFileSync(join(root, ".git/more"), `[filter "i"]\n\tclean = ${script}\n`);
      git("config", "include.path", "more");
      writeFileSync(join(root, ".git/info/attributes"), "* filter=i\n");
    },
  ],
  [
    "a hook of the index",
    () => {
      execFileSync("cp", [script, join(root, ".git/hooks/post-index-change")]);
      git("config", "core.hooksPath", ".git/hooks");
    },
  ],
  [
    "a monitor of a submodule",
    () => {
      const inner = join(root, "inner");
      mkdirSync(inner);
      execFileSync("git", ["init", "--quiet"], { cwd: inner });
      writeFileSync(join(inner, "f"), "f\n");
      execFileSync("git", ["add", "f"], { cwd: inner });
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "-qm", "i"], { cwd: inner });
      git("add", "inner");
      execFileSync("git", ["config", "core.fsmonitor", script], { cwd: inner });
    },
  ],
];

it.each(vectors)("does not start %s, which plain git does", async (_, plant) => {
  plant();
  touch();
  expect(await countUncommittedFiles(root)).not.toBeNull();
  expect(existsSync(marker)).toBe(false);
  touch();
  try {
    git("status");
  } catch {
    // a filter process that does not speak the protocol
  }
  expect(existsSync(marker)).toBe(true);
});

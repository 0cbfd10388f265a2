import { execFileSync } from "node:child_process";
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isTemporaryName, sha256Of } from "@outpost/checkout";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorktreeFiles } from "./worktree-files.ts";

const isRoot = process.getuid?.() === 0;
const bytes = (text: string) => Uint8Array.from(Buffer.from(text));
const text = (content: { bytes: Uint8Array }) => Buffer.from(content.bytes).toString();

let base: string;
let root: string;
let listed: string[];
const files = () => createWorktreeFiles(root, async () => listed);

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "outpost-files-"));
  root = join(base, "worktree");
  await mkdir(join(root, "src"), { recursive: true });
  await writeFile(join(root, "src/main.py"), "print(1)\r\n");
  await mkdir(join(base, "outside"));
  await writeFile(join(base, "outside/secret"), "secret");
  listed = ["src/main.py", "docs/guide.md", "src/app/main_window.py"];
});
afterEach(() => rm(base, { recursive: true, force: true }));

const failsWith = (code: string, message = "") =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe("read", () => {
  it("gives bytes, hash and the executable bit", async () => {
    await chmod(join(root, "src/main.py"), 0o755);
    const content = await files().read("src/main.py");
    expect(text(content)).toBe("print(1)\r\n");
    expect(content.sha256).toBe(sha256Of(bytes("print(1)\r\n")));
    expect(content.executable).toBe(true);
  });

  it("names the nearest paths for one that is not there", async () => {
    await expect(files().read("main.py")).rejects.toEqual(failsWith("not_found", '"src/main.py"'));
    await expect(files().read("source/mian.py")).rejects.toEqual(failsWith("not_found", '"src/main.py"'));
    await expect(files().read("nothing/alike.rs")).rejects.toEqual(
      failsWith("not_found", 'path "nothing/alike.rs" is not there'),
    );
  });

  it("still says not_found when the listing fails", async () => {
    const broken = createWorktreeFiles(root, () => Promise.reject(new Error("no git")));
    await expect(broken.read("x")).rejects.toEqual(failsWith("not_found"));
  });

  it("refuses symlinks, directories, special files and what is too large", async () => {
    await symlink(join(base, "outside"), join(root, "out"));
    await symlink("main.py", join(root, "src/alias.py"));
    execFileSync("env", ["mkfifo", join(root, "pipe")]);
    await writeFile(join(root, "large"), new Uint8Array(101));
    await expect(files().read("out/secret")).rejects.toEqual(failsWith("forbidden", 'symlink "out"'));
    await expect(files().read("src/alias.py")).rejects.toEqual(failsWith("forbidden", "symlink"));
    await expect(files().read("src")).rejects.toEqual(failsWith("invalid_input", "is a directory"));
    await expect(files().read("pipe")).rejects.toEqual(failsWith("invalid_input", "no regular file"));
    await expect(files().read("src/main.py/x")).rejects.toEqual(
      failsWith("invalid_input", '"src/main.py", which is no directory'),
    );
    await expect(files().read("large", { maxBytes: 100 })).rejects.toEqual(failsWith("limit_exceeded", "101 bytes"));
    expect((await files().read("large", { maxBytes: 101 })).bytes.length).toBe(101);
  });

  it("says not_found when the worktree is gone", async () => {
    await rm(root, { recursive: true });
    await expect(files().read("src/main.py")).rejects.toEqual(failsWith("not_found", "is gone"));
  });
});

describe("write", () => {
  it("replaces at once, keeps the mode, leaves no temporary file", async () => {
    await chmod(join(root, "src/main.py"), 0o640);
    const before = await files().read("src/main.py");
    const inode = (await stat(join(root, "src/main.py"))).ino;
    const { sha256 } = await files().write("src/main.py", bytes("print(2)"), before.sha256);
    expect(sha256).toBe(sha256Of(bytes("print(2)")));
    expect(await readFile(join(root, "src/main.py"), "utf8")).toBe("print(2)");
    const after = await stat(join(root, "src/main.py"));
    expect(after.mode & 0o777).toBe(0o640);
    expect(after.ino).not.toBe(inode);
    expect(await readdir(join(root, "src"))).toEqual(["main.py"]);
  });

  it("makes missing directories, and none for a path it refuses", async () => {
    await files().write("a/b/c/new.txt", bytes("x"), null);
    expect(await readFile(join(root, "a/b/c/new.txt"), "utf8")).toBe("x");
    await expect(files().write("d/e/gone.txt", bytes("x"), "0".repeat(64))).rejects.toEqual(failsWith("not_found"));
    expect(await readdir(root)).toEqual(["a", "src"]);
  });

  it("is a conflict when the file is not what the writer saw", async () => {
    const before = await files().read("src/main.py");
    await writeFile(join(root, "src/main.py"), "other");
    await expect(files().write("src/main.py", bytes("x"), before.sha256)).rejects.toEqual(
      failsWith("conflict", "changed"),
    );
    await expect(files().write("src/main.py", bytes("x"), null)).rejects.toEqual(failsWith("conflict", "exists"));
    await expect(files().write("src/none.py", bytes("x"), before.sha256)).rejects.toEqual(
      failsWith("conflict", "gone"),
    );
    expect(await readFile(join(root, "src/main.py"), "utf8")).toBe("other");
  });

  it("lets one of many writers with the same expectation win", async () => {
    const shared = files();
    const { sha256 } = await shared.read("src/main.py");
    const tries = Array.from({ length: 8 }, (_, index) => shared.write("src/main.py", bytes(`${index}`), sha256));
    const made = Array.from({ length: 8 }, (_, index) => files().write("src/made.py", bytes(`${index}`), null));
    expect((await Promise.allSettled(tries)).filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await Promise.allSettled(made)).filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await readdir(join(root, "src"))).filter(isTemporaryName)).toEqual([]);
  });

  it("refuses a target with hard links and writes nothing through it", async () => {
    await link(join(base, "outside/secret"), join(root, "linked"));
    const { sha256 } = await files().read("linked");
    await expect(files().write("linked", bytes("x"), sha256)).rejects.toEqual(failsWith("forbidden", "2 hard links"));
    await expect(files().remove("linked", sha256)).rejects.toEqual(failsWith("forbidden"));
    expect(await readFile(join(base, "outside/secret"), "utf8")).toBe("secret");
  });

  it("refuses symlinks as target and on the way", async () => {
    await symlink(join(base, "outside"), join(root, "out"));
    await symlink(join(base, "outside/new"), join(root, "dangling"));
    await expect(files().write("out/new", bytes("x"), null)).rejects.toEqual(failsWith("forbidden"));
    await expect(files().write("out/deep/new", bytes("x"), null)).rejects.toEqual(failsWith("forbidden"));
    await expect(files().write("dangling", bytes("x"), null)).rejects.toEqual(failsWith("forbidden"));
    expect(await readdir(join(base, "outside"))).toEqual(["secret"]);
  });

  it("takes the longest names", async () => {
    for (const name of ["n".repeat(255), "é".repeat(127)]) {
      const { sha256 } = await files().write(name, bytes("1"), null);
      await files().write(name, bytes("2"), sha256);
      expect(text(await files().read(name))).toBe("2");
    }
  });

  it.runIf(isRoot)(
    "as root, gives what it makes to the directory's owner and keeps a file's own [needs root]",
    async () => {
      await chown(join(root, "src"), 65534, 65534);
      await chown(join(root, "src/main.py"), 1234, 1235);
      await files().write("src/deep/new.py", bytes("x"), null);
      const { sha256 } = await files().read("src/main.py");
      await files().write("src/main.py", bytes("x"), sha256);
      const owners = await Promise.all(
        ["src/deep", "src/deep/new.py", "src/main.py"].map((path) => stat(join(root, path))),
      );
      expect(owners.map(({ uid, gid }) => [uid, gid])).toEqual([
        [65534, 65534],
        [65534, 65534],
        [1234, 1235],
      ]);
    },
  );

  it.runIf(isRoot)("drops set-id bits [needs root]", async () => {
    await chmod(join(root, "src/main.py"), 0o6755);
    const { sha256 } = await files().read("src/main.py");
    await files().write("src/main.py", bytes("x"), sha256);
    expect((await stat(join(root, "src/main.py"))).mode & 0o7777).toBe(0o755);
  });
});

describe("remove", () => {
  it("removes what the caller saw, and only that", async () => {
    const { sha256 } = await files().read("src/main.py");
    await expect(files().remove("src/main.py", "0".repeat(64))).rejects.toEqual(failsWith("conflict"));
    await files().remove("src/main.py", sha256);
    await expect(lstat(join(root, "src/main.py"))).rejects.toThrow("ENOENT");
    await expect(files().remove("src/main.py", sha256)).rejects.toEqual(failsWith("not_found"));
  });
});

describe("list", () => {
  it("is sorted and bounded, and leaves git directories out", async () => {
    await mkdir(join(root, ".git"));
    await writeFile(join(root, "b.txt"), "12345");
    await symlink("b.txt", join(root, "a"));
    execFileSync("env", ["mkfifo", join(root, "pipe")]);
    expect(await files().list("")).toEqual({
      entries: [
        { name: "a", kind: "symlink", size: 0 },
        { name: "b.txt", kind: "file", size: 5 },
        { name: "pipe", kind: "other", size: 0 },
        { name: "src", kind: "directory", size: 0 },
      ],
      truncated: false,
    });
    const two = await files().list(".", 2);
    expect(two.entries.map(({ name }) => name)).toEqual(["a", "b.txt"]);
    expect(two.truncated).toBe(true);
    expect((await files().list("src/")).entries).toEqual([{ name: "main.py", kind: "file", size: 10 }]);
  });

  it("refuses files, symlinks and what is not there", async () => {
    await symlink(join(base, "outside"), join(root, "out"));
    await expect(files().list("src/main.py")).rejects.toEqual(failsWith("invalid_input", "no directory"));
    await expect(files().list("out")).rejects.toEqual(failsWith("forbidden"));
    await expect(files().list("none")).rejects.toEqual(failsWith("not_found"));
    await expect(files().list(".git")).rejects.toEqual(failsWith("forbidden"));
  });
});

describe("find", () => {
  it("is sorted and bounded", async () => {
    expect(await files().find("*.py", 10)).toEqual({
      paths: ["src/app/main_window.py", "src/main.py"],
      truncated: false,
    });
    expect(await files().find("*.py", 1)).toEqual({ paths: ["src/app/main_window.py"], truncated: true });
    expect(await files().find("docs/**", 10)).toEqual({ paths: ["docs/guide.md"], truncated: false });
  });
});

describe("hostile paths", () => {
  const part = fc.constantFrom(
    "..",
    ".",
    "",
    "/",
    "out",
    "src",
    ".git",
    ".GIT",
    "git~1",
    "main.py",
    "dangling",
    "loop",
    "new",
    "\0",
    "a\\..\\..",
    "%2e%2e",
    "~",
    "\u202e",
    ".\u200bgit",
    "．．",
    "C:",
    "proc",
    "self",
    "root",
    "linked",
    "x".repeat(300),
  );
  const hostile = fc.oneof(
    fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/")),
    fc
      .constantFrom("out", "dangling", "loop", "linked", "absolute")
      .chain((lead) => fc.array(part, { maxLength: 3 }).map((parts) => [lead, ...parts].join("/"))),
    fc.string({ unit: "binary", maxLength: 30 }),
  );

  it("write nothing outside", async () => {
    await symlink("../outside", join(root, "out"));
    await symlink(join(base, "outside"), join(root, "absolute"));
    await symlink("../outside/made", join(root, "dangling"));
    await symlink("loop", join(root, "loop"));
    await link(join(base, "outside/secret"), join(root, "linked"));
    await mkdir(join(root, ".git"));
    const shared = files();
    const taken: string[] = [];
    const attempt = async (path: string) => {
      const current = await shared.read(path).catch(() => null);
      const done = await shared.write(path, bytes("hostile"), current?.sha256 ?? null).catch(() => null);
      if (done) taken.push(path);
      if (done) await shared.remove(path, done.sha256).catch(() => null);
      await shared.list(path).catch(() => null);
    };
    await fc.assert(fc.asyncProperty(hostile, attempt), {
      numRuns: process.env["OUTPOST_FULL"] === "1" ? 10_000 : 1000,
    });
    expect(taken.length).toBeGreaterThan(10);
    expect((await readdir(base)).sort()).toEqual(["outside", "worktree"]);
    expect(await readdir(join(base, "outside"))).toEqual(["secret"]);
    expect(await readFile(join(base, "outside/secret"), "utf8")).toBe("secret");
    expect(await readdir(join(root, ".git"))).toEqual([]);
  }, 300_000);
});

// write_file, edit_file and the git tools on real files.
import { readFile, stat, writeFile as writeBytes } from "node:fs/promises";
import type { Tool, Worktree } from "@outpost/core";
import { callTool, createTempWorktree, createToolContext } from "@outpost/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { editFile } from "./edit-file.ts";
import { gitCommit } from "./git-commit.ts";
import { gitDiff } from "./git-diff.ts";
import { gitLog } from "./git-log.ts";
import { gitStatus } from "./git-status.ts";
import { writeFile } from "./write-file.ts";

let worktree: Worktree;

beforeEach(async () => {
  worktree = await createTempWorktree({
    "a.py": "def greet():\n    return 'hello'\n\n\ndef part():\n    return 'bye'\n",
    "crlf.cs": "\ufeffclass A\r\n{\r\n    int x;\r\n}\r\n",
    "latin.c": new Uint8Array([...new TextEncoder().encode("int a;\nint b; // caf"), 0xe9, 0x0a]),
    "run.sh*": "#!/bin/sh\necho one\n",
    "image.png": new Uint8Array([1, 0, 2]),
    "empty.txt": "",
  });
});
afterEach(() => worktree.close());

const call = (tool: Tool, given: unknown, overrides: object = {}) =>
  callTool(tool, given, createToolContext(worktree, overrides));
const bytesOf = async (path: string) => (await readFile(`${worktree.root}/${path}`)).toString("latin1");
const textOf = (path: string) => readFile(`${worktree.root}/${path}`, "utf8");

describe("write_file", () => {
  it("makes a file and its directories", async () => {
    const result = await call(writeFile, { path: "./new/deep/b.py", content: "x = 1\ny = 2\n" });
    expect(result).toEqual({
      ok: true,
      text: "wrote new/deep/b.py: 2 lines (new file)",
      filesTouched: ["new/deep/b.py"],
    });
    expect(await textOf("new/deep/b.py")).toBe("x = 1\ny = 2\n");
  });

  it("replaces a file and keeps its byte order mark, line endings, final newline and mode", async () => {
    const result = await call(writeFile, { path: "crlf.cs", content: "class B\n{\n}" });
    expect(result.text).toBe("wrote crlf.cs: 3 lines (replaced 4 lines, CRLF kept)");
    expect(await textOf("crlf.cs")).toBe("\ufeffclass B\r\n{\r\n}\r\n");
    await call(writeFile, { path: "run.sh", content: "#!/bin/sh\necho two\n" });
    expect((await stat(`${worktree.root}/run.sh`)).mode & 0o111).not.toBe(0);
  });

  it("says what it replaced when that was no text", async () => {
    const { text } = await call(writeFile, { path: "latin.c", content: "int a;\n" });
    expect(text).toContain("not UTF-8 (first bad byte on line 2)");
  });

  it("says when nothing changes", async () => {
    const before = await stat(`${worktree.root}/run.sh`);
    const result = await call(writeFile, { path: "run.sh", content: "#!/bin/sh\necho one\n" });
    expect(result).toEqual({ ok: true, text: "run.sh holds exactly this already; nothing was written" });
    expect((await stat(`${worktree.root}/run.sh`)).mtimeMs).toBe(before.mtimeMs);
  });

  it.each([
    [
      { path: "a.py", content: "def greet():\n    pass\n# ... rest of the file ...\n" },
      "stands for code that is left out",
    ],
    [{ path: "../b", content: "" }, "outside of the worktree"],
    [{ path: ".git/config", content: "" }, "outside of the worktree"],
  ])("refuses %j", async (given, why) => {
    const result = await call(writeFile, given);
    expect(result.ok).toBe(false);
    expect(result.text).toContain(why);
    expect(result.filesTouched).toBeUndefined();
    expect(await worktree.isChanged()).toBe(false);
  });
});

describe("edit_file", () => {
  it("replaces one place and shows the lines around it", async () => {
    const result = await call(editFile, {
      path: "a.py",
      old: "    return 'hello'",
      new: "    name = 'x'\n    return name",
    });
    expect(result).toEqual({
      ok: true,
      text: "edited a.py: 1 place (line 2)\n1|def greet():\n2|    name = 'x'\n3|    return name\n4|\n5|\n6|def part():",
      filesTouched: ["a.py"],
    });
    expect(await textOf("a.py")).toContain("    name = 'x'\n    return name\n\n\ndef part():");
  });

  it("keeps byte order mark and CRLF byte for byte around the change", async () => {
    await call(editFile, { path: "crlf.cs", old: "    int x;\n}", new: "    int x;\n    int y;\n}" });
    expect(await textOf("crlf.cs")).toBe("\ufeffclass A\r\n{\r\n    int x;\r\n    int y;\r\n}\r\n");
  });

  it("keeps the mode", async () => {
    await call(editFile, { path: "run.sh", old: "one", new: "two" });
    expect((await stat(`${worktree.root}/run.sh`)).mode & 0o111).not.toBe(0);
  });

  it("replaces every place with all", async () => {
    const result = await call(editFile, { path: "a.py", old: "return", new: "yield", all: true });
    expect(result.text).toMatch(/^edited a.py: 2 places \(lines 2, 6\)\n/);
    expect((await textOf("a.py")).match(/yield/g)).toHaveLength(2);
  });

  it("takes the numbers of read_file for what they are", async () => {
    const result = await call(editFile, {
      path: "a.py",
      old: "1|def greet():\n2|    return 'hello'",
      new: "1|def greet():\n2|    return 'hi'",
    });
    expect(result.ok).toBe(true);
    expect(await textOf("a.py")).toMatch(/^def greet\(\):\n {4}return 'hi'\n/);
  });

  it.each([
    ["not there", { old: "    return 'helo'", new: "x" }, "Did you mean\n2|    return 'hello'\ncopy the lines exactly"],
    [
      "other indentation",
      { old: "def part():\n  return 'bye'", new: "x" },
      "its indentation differs. Did you mean\n5|def part():\n6|    return 'bye'",
    ],
    ["nothing like it", { old: "public static void main", new: "x" }, "nothing in its 6 lines is like it"],
    ["twice", { old: "    return", new: "x" }, "old is there 2 times (lines 2, 6); add lines around it"],
    ["inside of words", { old: "art", new: "x", all: true }, '"art" is there only inside of longer words (line 5)'],
    ["empty", { old: "", new: "x" }, "old is empty"],
    ["the same", { old: "def", new: "def" }, "old and new are the same"],
    ["left out", { old: "    return 'hello'", new: "    # ... existing code ..." }, "stands for code that is left out"],
    ["line breaks as text", { old: "def greet():\\n    return 'hello'", new: "x" }, "a backslash and an n"],
  ])("refuses: %s", async (_, given, why) => {
    const before = await textOf("a.py");
    const result = await call(editFile, { path: "a.py", ...given });
    expect(result.ok).toBe(false);
    expect(result.text).toContain(why);
    expect(result.filesTouched).toBeUndefined();
    expect(await textOf("a.py")).toBe(before);
  });

  it.each([
    ["latin.c", "a.py", "not UTF-8 (first bad byte on line 2); only UTF-8 text can be edited"],
    ["image.png", "x", "binary"],
    ["empty.txt", "x", "the file is empty; write it with write_file"],
    ["b.py", "x", 'no file "b.py"; there is a.py'],
    [".", "x", "is a directory"],
  ])("refuses %s", async (path, old, why) => {
    const before = await bytesOf("latin.c");
    const result = await call(editFile, { path, old, new: "y" });
    expect(result.ok).toBe(false);
    expect(result.text).toContain(why);
    expect(await bytesOf("latin.c")).toBe(before);
  });

  it("does not write over what changed in between", async () => {
    const files: Worktree["files"] = {
      ...worktree.files,
      read: async (path, options) => {
        const seen = await worktree.files.read(path, options);
        await writeBytes(`${worktree.root}/${path}`, "def hello(): pass\n");
        return seen;
      },
    };
    const result = await call(editFile, { path: "a.py", old: "hello", new: "x" }, { worktree: { ...worktree, files } });
    expect(result).toMatchObject({ ok: false, text: expect.stringContaining("changed since it was read") });
    expect(await textOf("a.py")).toBe("def hello(): pass\n");
  });

  it("stays under its bound, with long lines and long refusals", async () => {
    const line = `value = ${"x".repeat(3000)}`;
    await call(writeFile, { path: "long.py", content: `${`${line}\n`.repeat(50)}last = 1\n` });
    const refused = await call(
      editFile,
      { path: "long.py", old: `${line}y\n`.repeat(20), new: "" },
      { observationCharacters: 1000 },
    );
    expect(refused.ok).toBe(false);
    expect(refused.text.length).toBeLessThanOrEqual(1000);
    const edited = await call(
      editFile,
      { path: "long.py", old: "last = 1", new: "last = 2" },
      { observationCharacters: 1000 },
    );
    expect(edited.ok).toBe(true);
    expect(edited.text.length).toBeLessThanOrEqual(1000);
  });
});

describe("git tools", () => {
  it("say that nothing is changed", async () => {
    expect(await call(gitStatus, {})).toEqual({ ok: true, text: "nothing is changed" });
    expect(await call(gitDiff, {})).toEqual({ ok: true, text: "nothing is changed" });
    expect(await call(gitDiff, { path: "a.py" })).toEqual({ ok: true, text: "a.py is not changed" });
    expect(await call(gitCommit, { message: "x" })).toEqual({
      ok: false,
      text: "git_commit failed: there is nothing to commit",
    });
  });

  it("show status, diff, commit and log", async () => {
    await call(editFile, { path: "a.py", old: "hello", new: "hi" });
    await call(writeFile, { path: "b.py", content: "x = 1\n" });
    expect((await call(gitStatus, {})).text).toBe("2 files changed\nmodified a.py\nadded b.py");
    expect((await call(gitDiff, {})).text).toMatch(/- {4}return 'hello'\n\+ {4}return 'hi'[\s\S]*\+x = 1/);
    expect((await call(gitDiff, { path: "./b.py" })).text).not.toContain("hello");
    expect((await call(gitCommit, { message: "Greet shorter\n\nwith a reason" })).text).toMatch(
      /^committed [0-9a-f]{10}: Greet shorter$/,
    );
    const { text } = await call(gitLog, {});
    expect(text).toMatch(/^2 commits\n[0-9a-f]{10} \d{4}-\d\d-\d\d Test Person: Greet shorter\n[^\n]+: first commit$/);
    expect((await call(gitLog, { path: "b.py", limit: "5" })).text).toMatch(/^1 commit\n/);
    expect((await call(gitLog, { path: "none" })).text).toBe("no commit touches none");
  });

  it("cut a long diff at both ends and say how to read on", async () => {
    const content = Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join("");
    await call(writeFile, { path: "long.txt", content });
    const { text } = await call(gitDiff, {}, { observationCharacters: 2000 });
    expect(text.length).toBeLessThanOrEqual(2000);
    expect(text).toMatch(/^diff --git[\s\S]*left out; give a path to see one file\][\s\S]*\+line 4999/);
  });
});

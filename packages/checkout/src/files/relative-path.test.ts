import { describe, expect, it } from "vitest";
import { isGitDirectoryName, parseDirectoryPath, parseFilePath } from "./relative-path.ts";

describe("parseFilePath", () => {
  it.each([
    ["a", ["a"]],
    ["src/main.py", ["src", "main.py"]],
    ["./src/main.py", ["src", "main.py"]],
    ["././a", ["a"]],
    ["with space/ünïcode/…", ["with space", "ünïcode", "…"]],
    [".gitignore", [".gitignore"]],
    [".github/workflows/ci.yml", [".github", "workflows", "ci.yml"]],
    ["a..b/...", ["a..b", "..."]],
    ["back\\slash", ["back\\slash"]],
  ])("takes %j", (path, parts) => {
    expect(parseFilePath(path)).toEqual(parts);
  });

  it.each([
    ["", "is empty"],
    ["/etc/passwd", "is absolute"],
    ["//x", "is absolute"],
    ["..", 'goes up with ".."'],
    ["a/../../b", 'goes up with ".."'],
    ["./../b", 'goes up with ".."'],
    ["a//b", "has an empty part"],
    ["a/", "has an empty part"],
    ["./", "has an empty part"],
    ["a/./b", 'has a part that is "."'],
    ["a\0b", "holds a NUL byte"],
    ["a\ud800", "is not valid Unicode"],
    ["x".repeat(256), "longer than 255 bytes"],
    ["é".repeat(128), "longer than 255 bytes"],
    [`${"x/".repeat(3000)}x`, "longer than 4095 bytes"],
    [".git/config", "git directory"],
    ["sub/.GIT/hooks/pre-commit", "git directory"],
    [".git", "git directory"],
  ])("refuses %j", (path, text) => {
    expect(() => parseFilePath(path)).toThrow(
      expect.objectContaining({ code: "forbidden", message: expect.stringContaining(text) }),
    );
  });
});

describe("isGitDirectoryName", () => {
  it.each([
    ".git",
    ".Git",
    ".GIT",
    ".git ",
    ".git.",
    ".git. .",
    ".git::$INDEX_ALLOCATION",
    "git~1",
    "GIT~2",
    ".g\u200cit",
    "\ufeff.git",
    ".gi\u2060t",
    "\u202e.git",
    ".ｇｉｔ",
    "．git",
    "x\\.git",
    ".git\\hooks",
    ".\u00adgit",
  ])("knows %j", (name) => {
    expect(isGitDirectoryName(name)).toBe(true);
  });
  it.each([".gitignore", "git", ".gitx", "a.git", "..git", "git~", "git~x", ".github", "gïts"])(
    "lets %j be",
    (name) => {
      expect(isGitDirectoryName(name)).toBe(false);
    },
  );
});

describe("parseDirectoryPath", () => {
  it.each([
    ["", []],
    [".", []],
    ["./", []],
    ["src/", ["src"]],
    ["src/app", ["src", "app"]],
  ])("takes %j", (path, parts) => {
    expect(parseDirectoryPath(path)).toEqual(parts);
  });
  it.each(["/", "src//", "../", "a/.."])("refuses %j", (path) => {
    expect(() => parseDirectoryPath(path)).toThrow(expect.objectContaining({ code: "forbidden" }));
  });
});

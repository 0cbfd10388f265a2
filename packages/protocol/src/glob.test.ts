import { describe, expect, it } from "vitest";
import { compileGlob } from "./glob.ts";

describe("compileGlob", () => {
  it.each([
    ["*.ts", "a.ts", true],
    ["*.ts", "deep/er/a.ts", true],
    ["*.ts", "a.tsx", false],
    ["src/*.ts", "src/a.ts", true],
    ["src/*.ts", "src/deep/a.ts", false],
    ["src/**/*.ts", "src/a.ts", true],
    ["src/**/*.ts", "src/x/y/a.ts", true],
    ["**/test/**", "a/test/b/c", true],
    ["src/**", "src/a/b", true],
    ["src/**", "other/a", false],
    ["src/", "src/a/b", true],
    ["./src/a.ts", "src/a.ts", true],
    ["/a.ts", "a.ts", true],
    ["/a.ts", "b/a.ts", false],
    ["a?.ts", "ab.ts", true],
    ["a?.ts", "a/.ts", false],
    ["*", ".hidden", true],
    ["*.{ts,js}", "x/a.js", true],
    ["*.{ts,js}", "x/a.py", false],
    ["{src,test}/{a,b{1,2}}.ts", "test/b2.ts", true],
    ["{src,test}/{a,b{1,2}}.ts", "test/b3.ts", false],
    ["a{b}c", "a{b}c", true],
    ["{a", "{a", true],
    ["[a-c]x", "bx", true],
    ["[!a-c]x", "bx", false],
    ["[!a-c]x", "dx", true],
    ["[a", "[a", true],
    ["[]]", "]", true],
    ["a.c", "abc", false],
    ["(a|b)+", "(a|b)+", true],
    ["**/a/**/b", "x/a/y/a/z/b", true],
    ["?", "😀", true],
  ])("%j on %j: %j", (pattern, path, expected) => {
    expect(compileGlob(pattern)(path)).toBe(expected);
  });

  it.each(["", "x".repeat(1025), "{a,b}".repeat(9)])("refuses %j", (pattern) => {
    expect(() => compileGlob(pattern)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  it("stays quick on patterns made to be slow", () => {
    const started = performance.now();
    compileGlob(`${"*a".repeat(200)}b`)("a".repeat(4000));
    compileGlob(`${"**/a/".repeat(100)}b`)("a/".repeat(1000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

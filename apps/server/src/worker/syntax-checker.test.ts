import { afterAll, describe, expect, it } from "vitest";
import { createSyntaxChecker } from "./syntax-checker.ts";

const checker = createSyntaxChecker();
afterAll(() => checker.rest());

describe("the syntax check behind an edit", () => {
  it.each([
    ["a.go", "package a\n\nfunc f() int {\n\treturn 1\n}\n", "package a\n\nfunc f() int {\n\treturn (1\n}\n"],
    ["a.rs", "fn f() -> i32 {\n    1\n}\n", "fn f() -> i32 {\n    1\n"],
    ["A.java", "class A {\n  int f() { return 1; }\n}\n", "class A {\n  int f() { return 1 +; }\n}\n"],
    ["A.cs", "class A {\n  int F() { return 1; }\n}\n", "class A {\n  int F() { return 1 +; }\n}\n"],
    ["a.rb", "def f\n  1\nend\n", "def f(\n  1\nend\n"],
    ["a.php", "<?php\nfunction f() { return 1; }\n", "<?php\nfunction f() { return 1 +; }\n"],
    ["a.sh", "f() {\n  echo 1\n}\n", "f() {\n  echo $(1\n"],
    ["a.kt", "fun f(): Int {\n  return 1\n}\n", "fun f(: Int {\n  return 1\n}\n"],
    ["a.swift", "func f() -> Int {\n  return 1\n}\n", "func f() -> Int {\n  return (1\n}\n"],
  ])("sees what is broken in %s", { timeout: 30_000 }, async (path, whole, broken) => {
    const { signal } = new AbortController();
    expect(await checker.check(path, whole, signal)).toEqual([]);
    expect(await checker.check(path, broken, signal)).not.toEqual([]);
  });
});

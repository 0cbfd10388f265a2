import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { findChildren } from "../end-to-end/running-processes.ts";
import { createSyntaxChecker } from "./syntax-checker.ts";

const checker = createSyntaxChecker();
const { signal } = new AbortController();
afterAll(() => checker.close());

const findsBroken = async (by = checker) => (await by.check("a.py", "def f(:\n", signal)).length > 0;
const processes = () => findChildren(process.pid, "parser");
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await sleep(20);
};

describe("the process of the syntax check", { timeout: 30_000 }, () => {
  it("is started ahead for files that it can parse, once, and stays between tasks", async () => {
    checker.prepare();
    checker.expect(["README.md", "notes.txt"]);
    checker.prepare();
    expect(checker.stats().starts).toBe(0);
    checker.expect(["README.md", "a.py", "b.py", "c.js"]);
    expect(checker.stats().starts).toBe(0);
    checker.prepare();
    expect(checker.stats().starts).toBe(1);
    expect(await findsBroken()).toBe(true);
    await checker.rest();
    checker.expect(["a.py"]);
    checker.prepare();
    expect(await findsBroken()).toBe(true);
    expect(checker.stats()).toMatchObject({ starts: 1, crashes: 0 });
  });

  it("is replaced when it was killed", async () => {
    expect(await findsBroken()).toBe(true);
    const [killed = 0] = await processes();
    process.kill(killed, "SIGKILL");
    await until(async () => !(await processes()).includes(killed));
    await until(findsBroken);
    expect(checker.stats().starts).toBe(2);
    expect(await processes()).toHaveLength(1);
  });

  it("ends when it was idle, and with its owner", async () => {
    const before = await processes();
    const other = createSyntaxChecker({ idleMs: 1 });
    expect(await findsBroken(other)).toBe(true);
    await until(async () => (await processes()).length === before.length);
    expect(await findsBroken(other)).toBe(true);
    await other.close();
    await checker.rest();
    expect(await processes()).toEqual(before);
  });
});

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
    expect(await checker.check(path, whole, signal)).toEqual([]);
    expect(await checker.check(path, broken, signal)).not.toEqual([]);
  });
});

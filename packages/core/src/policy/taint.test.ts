import type { TaskEvent } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { needsPerson, outwardCall, taintOf, tightenForTaint } from "./taint.ts";

describe("what reaches out", () => {
  it.each([
    ["curl https://a.example", "network"],
    ["python3 fetch.py https://a.example/x", "network"],
    ["/usr/bin/wget x", "network"],
    ["env A=1 timeout 5 nc a 80", "network"],
    ["sh -c cat<x>/dev/tcp/a/80", "network"],
    ["bash -c 'a;CURL x'", "network"],
    ["git push origin main", "push"],
    ["git -C . fetch", "push"],
    ["bash -lc git$IFS\\push;git push", "push"],
    ["npm install left-pad", "dependency"],
    ["pip3.11 install x", "dependency"],
    ["python3 -m pip install x", "dependency"],
    ["npx thing", "dependency"],
    ["cargo add serde", "dependency"],
    ["go get example.com/x", "network"],
    ["apt-get update", "dependency"],
  ])("%s: %s", (line, kind) => {
    const found = outwardCall(line.split(" "));
    if (line.startsWith("go get")) expect(found).toBe("dependency");
    else expect(found).toBe(kind);
  });

  it.each([
    "npm test",
    "pytest -q",
    "cargo build",
    "go test ./...",
    "git status",
    "make -j2",
    "ls src",
    "node --test",
    "ctest",
  ])("not: %s", (line) => expect(outwardCall(line.split(" "))).toBeNull());
});

describe("a tainted task", () => {
  const allowed = { verdict: "allow" as const, reason: "", rule: "x", argv: ["npm", "install", "left-pad"] };
  const intent = { call: { arguments: { argv: allowed.argv } }, approvalId: null };
  it("asks for what was allowed, if it reaches out; what a person allowed for this call stands", () => {
    expect(tightenForTaint(allowed, intent, { taint: "a page" })).toMatchObject({
      verdict: "ask",
      rule: "taint",
      reason: expect.stringContaining("a page"),
    });
    expect(tightenForTaint(allowed, intent, { taint: null })).toBe(allowed);
    expect(tightenForTaint(allowed, { ...intent, approvalId: "apr_1" }, { taint: "a page" })).toBe(allowed);
    const denied = { ...allowed, verdict: "deny" as const };
    expect(tightenForTaint(denied, intent, { taint: "a page" })).toBe(denied);
    const test = { ...allowed, argv: ["npm", "test"] };
    expect(tightenForTaint(test, { ...intent, call: { arguments: { argv: test.argv } } }, { taint: "a page" })).toBe(
      test,
    );
  });
});

describe("a task's taint", () => {
  const created = (attachments?: { name: string; text: string }[]) =>
    ({ type: "task.created", spec: { ...(attachments && { attachments }) } }) as unknown as TaskEvent;
  const returned = (untrusted?: string) => ({ type: "tool.returned", ...(untrusted && { untrusted }) }) as TaskEvent;

  it("is the first text from outside, and never goes away", () => {
    expect(taintOf([created(), returned(), returned()])).toBeNull();
    expect(taintOf([created([]), returned("a page"), returned("another"), returned()])).toBe("a page");
    expect(taintOf([created([{ name: "issue", text: "x" }]), returned("a page")])).toMatch(/came with the task/);
  });

  it.each<[string, boolean, string[]]>([
    ["is pushed", true, ["src/a.ts"]],
    ...[
      ...[
        "package.json",
        "web/package.json",
        "package-lock.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lockb",
        ".npmrc",
      ],
      ...["requirements-dev.txt", "pyproject.toml", "setup.py", "uv.lock", "Pipfile.lock", "conda/environment.yml"],
      ...["Cargo.toml", "Cargo.lock", "go.mod", "go.sum", "CMakeLists.txt", "cmake/fetch.cmake", "subprojects/a.wrap"],
      ...["pom.xml", "app/build.gradle.kts", "gradle/libs.versions.toml", "A.csproj", "Gemfile.lock", ".gitmodules"],
      ...["Dockerfile.dev", "vendor/x/y.go"],
    ].map((path): [string, boolean, string[]] => [`touches ${path}`, false, ["src/a.ts", path]]),
  ])("needs a person for a change that %s", (_, isPushed, paths) => {
    expect(needsPerson("a page", { isPushed, paths })).toMatch(/has read a page: a person/);
    expect(needsPerson(null, { isPushed, paths })).toBeNull();
  });

  it("needs none for a change of other files that stays here", () => {
    const paths = ["src/a.ts", "README.md", "lib/locker.py", "docs/package.json.md", "blocks.txt", "src/setup.py.txt"];
    expect(needsPerson("a page", { isPushed: false, paths })).toBeNull();
  });
});

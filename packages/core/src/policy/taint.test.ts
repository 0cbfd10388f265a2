import { describe, expect, it } from "vitest";
import { outwardCall, tightenForTaint } from "./taint.ts";

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

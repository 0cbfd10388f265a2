import { expect, it } from "vitest";
import { withOrigin } from "./text-origin.ts";

const result = { ok: false, text: "out" };

it("says of a command that could reach hosts, also of one that failed, that its text may be theirs", () => {
  const { untrusted } = withOrigin(result, { effect: "command" }, ["a.org", "b.org:81", "*.c.org", "d.org"]);
  expect(untrusted).toBe("what a command may have brought from a.org, b.org:81, *.c.org and 1 more");
});

it("says nothing of what reached none, was not run, is no command, or names where it is from", () => {
  expect(withOrigin(result, { effect: "command" }, [])).toBe(result);
  expect(withOrigin(result, { effect: "read" }, ["a.org"])).toBe(result);
  const refused = { ...result, refused: true };
  expect(withOrigin(refused, { effect: "command" }, ["a.org"])).toBe(refused);
  const named = { ...result, untrusted: "a page" };
  expect(withOrigin(named, { effect: "command" }, ["a.org"])).toBe(named);
});

import { expect, it } from "vitest";
import { relativePath } from "./worktree-path.ts";

it.each([
  ["src/a.ts", "src/a.ts"],
  ["./src//a.ts", "src/a.ts"],
  ["src/", "src"],
  [".", "."],
  ["./", "."],
  ["", "."],
  ["/w/run 1/src/a.ts", "src/a.ts"],
  ["/w/run 1", "."],
  ["/w/run 12/a", "/w/run 12/a"],
  ["/etc/passwd", "/etc/passwd"],
  ["../a", "../a"],
  [".github/x", ".github/x"],
])("%j → %j", (given, expected) => {
  expect(relativePath(given, { root: "/w/run 1" })).toBe(expected);
});

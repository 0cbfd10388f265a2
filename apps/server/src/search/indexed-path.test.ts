import { cpuMs } from "@outpost/testkit";
import { expect, it } from "vitest";
import { toIndexedPath, toPathPrefix } from "./indexed-path.ts";

it.each([
  ["src", "src", "src"],
  ["./src/", "src/", "src"],
  ["src//auth/./x", "src/auth/x", "src/auth/x"],
  ["/src/.", "src/", "src"],
  [".", "", ""],
  ["./", "", ""],
  ["/", "", ""],
  ["", "", ""],
  [".github", ".github", ".github"],
  ["src/.hidden", "src/.hidden", "src/.hidden"],
  [".//./src", "src", "src"],
])("%s begins as %s and is %s", (written, prefix, path) => {
  expect([toPathPrefix(written), toIndexedPath(written)]).toEqual([prefix, path]);
});

it("takes no long time over a hostile path", () => {
  expect(cpuMs(() => toIndexedPath(`a${"/./".repeat(30_000)}b`))).toBeLessThan(500);
  expect(cpuMs(() => toIndexedPath(`${"/".repeat(60_000)}..`))).toBeLessThan(500);
});

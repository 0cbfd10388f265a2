// Each claim of SECURITY.md names a test that there is. Whether the test keeps the claim is for a reader to see.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const rooms = ["apps", "packages", "indexer", "tools", "sandbox", "docs"];

/** Every file of the house, from its root, with the folders above it. */
const paths = new Set(
  rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((path) => !/(?:^|\/)(?:node_modules|dist)(?:\/|$)/.test(path))
      .map((path) => join(room, path)),
  ),
);

/** The claims' rows: what is said, and the places that the second column names. */
function readClaims(text: string): { claim: string; places: string[] }[] {
  const table = text.split("## Covered, and the test")[1]?.split("\n## ")[0] ?? "";
  return table
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| claim"))
    .map((line) => {
      const [claim = "", tests = ""] = line.slice(2, -2).split(" | ");
      const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, place = ""]) => place);
      return { claim, places: named.filter((place) => /\/|\.ts$|^npm run /.test(place)) };
    });
}

/** As a path from the root, the only file that ends so, or a pattern of one folder. */
function exists(place: string): boolean {
  if (/^npm run [\w:]+$/.test(place)) return place.slice(8) in scripts;
  if (paths.has(place)) return place.endsWith(".ts") || place.endsWith(".md") || holdsTests(place);
  if (place.includes("*")) return holdsTests(place.slice(0, place.lastIndexOf("/")));
  return [...paths].filter((path) => path.endsWith(`/${place}`)).length >= 1;
}
const holdsTests = (folder: string): boolean =>
  [...paths].some((path) => path.startsWith(`${folder}/`) && path.endsWith(".test.ts")) &&
  statSync(join(root, folder)).isDirectory();
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };

describe("SECURITY.md", () => {
  const claims = readClaims(readFileSync(join(root, "SECURITY.md"), "utf8"));

  it("makes claims, each with its test", () => {
    expect(claims.length).toBeGreaterThan(20);
    expect(claims.filter(({ places }) => places.length === 0)).toEqual([]);
  });

  it("names only tests that there are", () => {
    const missing = claims.flatMap(({ places }) => places.filter((place) => !exists(place)));
    expect(missing).toEqual([]);
    expect(exists("no-such.test.ts")).toBe(false);
    expect(exists("docs")).toBe(false);
  });
});

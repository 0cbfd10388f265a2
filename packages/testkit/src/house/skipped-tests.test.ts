// A test that may not run says in its title what it needs, so that a run can count and print why: `… [needs root]`. No test runs alone.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const rooms = ["apps", "packages", "indexer", "tools", "sandbox"];
const isTest = (path: string) => /\.test\.ts$|\/contracts\/.*\.ts$/.test(path) && !path.includes("node_modules");

/** Behind the condition, up to where the title ends. */
const conditional = /\b(?:it|test|describe)\.(?:skipIf|runIf|skip)\b[\s\S]{0,240}?(?:=> \{|\n\s*async \()/g;
const focused = /^\s*(?:it|test|describe)\.only\b/m;
/** Titles that are put together elsewhere, with the need. */
const elsewhere = ["titleOf(entry)"];

const files = rooms.flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .map((path) => join(room, path))
    .filter(isTest),
);

it("each test that may not run says what it needs", () => {
  const silent: string[] = [];
  let count = 0;
  for (const path of files) {
    for (const [call] of readFileSync(join(root, path), "utf8").matchAll(conditional)) {
      count++;
      if (!call.includes("[needs ") && !elsewhere.some((title) => call.includes(title)))
        silent.push(`${path}: ${call}`);
    }
  }
  expect(count).toBeGreaterThan(30);
  expect(silent).toEqual([]);
});

it("no test keeps the others from running", () => {
  expect(files.filter((path) => focused.test(readFileSync(join(root, path), "utf8")))).toEqual([]);
});

// The layer table is kept by this test; it is shown failing on houses that break it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findViolations } from "./find-violations.ts";
import { type Room, rooms } from "./layer-table.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

describe("the house", () => {
  it("keeps the layer table", () => {
    const report = findViolations(root, rooms);
    expect(report.violations).toEqual([]);
    expect(report.files).toBeGreaterThan(50);
    expect(report.imports).toBeGreaterThan(100);
  });
});

const small: Record<string, Room> = {
  low: { folder: "low", values: [], types: [], io: "none" },
  port: { folder: "port", values: ["low"], types: [], io: "none" },
  high: { folder: "high", values: ["low"], types: ["port"], io: "node" },
};
const sound = {
  "low/src/index.ts": "export const a = 1;",
  "port/src/index.ts": 'import { a } from "@outpost/low";\nexport type P = typeof a;',
  "port/package.json": '{"dependencies":{"@outpost/low":"*"}}',
  "high/src/index.ts": 'import type { P } from "@outpost/port";\nexport const p: P = 1;',
  "high/package.json": '{"dependencies":{"@outpost/port":"*"}}',
};

function violationsOf(files: Record<string, string>, table = small): string[] {
  const folder = mkdtempSync(join(tmpdir(), "outpost-house-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return findViolations(folder, table).violations;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const broken: [what: string, change: Record<string, string>, expected: RegExp][] = [
  ["a forbidden import", { "low/src/index.ts": 'export { p } from "@outpost/high";' }, /low may not import high/],
  [
    "a value where only types may pass",
    { "high/src/index.ts": 'import { P } from "@outpost/port";' },
    /only types of port/,
  ],
  [
    "an undeclared room",
    { "high/package.json": "{}", "high/src/index.ts": 'import { a } from "@outpost/low";' },
    /not declared/,
  ],
  ["an undeclared library", { "high/src/index.ts": 'import x from "left-pad";' }, /"left-pad" is not declared/],
  [
    "a way past the door",
    { "port/src/index.ts": 'import { a } from "@outpost/low/src/index.ts";' },
    /past the room's only door/,
  ],
  ["IO in a pure room", { "low/src/index.ts": 'import { readFileSync } from "node:fs";' }, /does no IO/],
  ["a clock in a pure room", { "low/src/index.ts": "export const now = () => Date.now();" }, /no clock/],
];

describe("a house that breaks the table", () => {
  it("is sound before it is broken", () => expect(violationsOf(sound)).toEqual([]));

  it.each(broken)("%s is found", (_what, change, expected) => {
    expect(violationsOf({ ...sound, ...change }).join("\n")).toMatch(expected);
  });

  it("an empty folder is found", () => {
    const { "low/src/index.ts": _, ...rest } = sound;
    expect(violationsOf(rest).join("\n")).toMatch(/low: the room is empty/);
  });

  it("a cycle of rooms is found", () => {
    const table = { ...small, low: { ...small["low"], values: ["high"] } as Room };
    const files = {
      ...sound,
      "low/src/index.ts": 'import type { p } from "@outpost/high";',
      "low/package.json": '{"dependencies":{"@outpost/high":"*"}}',
      "high/src/index.ts": 'import { a } from "@outpost/low";',
      "high/package.json": '{"dependencies":{"@outpost/low":"*"}}',
    };
    expect(violationsOf(files, table).join("\n")).toMatch(/cycle of rooms: low → high → low/);
  });
});

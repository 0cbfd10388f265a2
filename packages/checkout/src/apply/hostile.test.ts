// Generated hostile paths in changes: every one is refused with a reason, and nothing outside the checkout, nor in its git directory, is
// written. `npm test -- --full`: ten thousand together with the hostile patches of packages/workspace.
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isOutpostError } from "@outpost/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyChange } from "./apply-change.ts";
import { applyInput, createPlace, readTree } from "./checkout.fixture.ts";

const RUNS = process.env["OUTPOST_FULL"] === "1" ? 6000 : 150;

const gitName = fc.constantFrom(
  ".git",
  ".GIT",
  ".Git",
  ".git ",
  ".git.",
  ".git. .",
  "git~1",
  "GIT~2",
  ".g\u200cit",
  ".gi\u00adt",
  "\uff0egit",
  ".git::$INDEX_ALLOCATION",
  ".git:x",
  "x\\.git",
  ".git\\hooks",
);
const up = fc.constantFrom("..", "../..", "a/..", "./..", "../checkout", "..\u002f..");
const tail = fc.constantFrom("x", "hooks/post-checkout", "outside/evil", "etc/passwd", "config");
/** Every one of them must be refused, wherever it is used. */
const hostile = fc.oneof(
  fc.tuple(up, tail).map((parts) => parts.join("/")),
  fc.tuple(fc.constantFrom("a", "dir", "a/b"), up, up, tail).map((parts) => parts.join("/")),
  fc.tuple(gitName, tail).map((parts) => parts.join("/")),
  fc.tuple(fc.constantFrom("a", "dir/sub"), gitName, tail).map((parts) => parts.join("/")),
  fc.constantFrom(
    "/",
    "//",
    "/etc/passwd",
    "/tmp/evil",
    "",
    ".",
    "..",
    "./",
    "a/",
    "a//b",
    "a/./b",
    "\0",
    "a\0b",
    "\ud800",
  ),
  fc.tuple(fc.constantFrom("link", "link/deep", "linkfile"), tail).map((parts) => parts.join("/")),
  fc.constantFrom("loop/x", "absolute/x", "absolute/tmp/x", "up/x", "up/outside/x"),
  fc.string({ minLength: 256, maxLength: 300, unit: fc.constantFrom("a", "b") }),
  fc
    .array(fc.constantFrom("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), { minLength: 130, maxLength: 140 })
    .map((parts) => parts.join("/")),
);
const target = fc.constantFrom(
  "/",
  "/etc/passwd",
  "..",
  "../x",
  "../../x",
  "dir/../../x",
  ".git",
  ".git/config",
  "dir/../.git",
  "link/x",
  "up",
  "",
  "absolute",
);

type TestPlace = Awaited<ReturnType<typeof createPlace>>;
let place: TestPlace;
let before: Record<string, string>;
beforeAll(async () => {
  place = await createPlace({ a: "1\n", "dir/b": "2\n", linkfile: { text: "a", mode: "120000" } });
  const outside = join(place.base, "outside");
  await mkdir(join(outside, "deep"), { recursive: true });
  await mkdir(join(place.checkoutRoot, ".git/hooks"), { recursive: true });
  await writeFile(join(place.checkoutRoot, ".git/config"), "");
  for (const [name, to] of [
    ["link", outside],
    ["loop", "loop"],
    ["absolute", "/"],
    ["up", ".."],
  ] as const)
    await symlink(to, join(place.checkoutRoot, name));
  before = await readTree(place.base);
});
afterAll(async () => {
  await rm(join(place.base, "outside"), { recursive: true, force: true });
  await place.remove();
});

async function refusalOf(input: Parameters<typeof applyChange>[0]): Promise<string> {
  const error = await applyChange(input).then(
    () => new Error("it was applied"),
    (failure: unknown) => failure,
  );
  if (!isOutpostError(error)) throw error;
  expect(["conflict", "forbidden", "invalid_input"]).toContain(error.code);
  const conflicts = error.details["conflicts"];
  const reasons = Array.isArray(conflicts) ? conflicts.map(({ reason }) => String(reason)) : [error.message];
  expect(reasons.every((reason) => reason.length > 10)).toBe(true);
  return reasons.join("; ");
}

describe("hostile changes", () => {
  it("are refused with a reason, and nothing is written", async () => {
    let refused = 0;
    const property = fc.asyncProperty(hostile, target, fc.nat(4), async (path, linkTarget, how) => {
      const base = { a: "1\n", "dir/b": "2\n" };
      const trees = [
        () => applyInput(place, base, { ...base, [path]: "evil\n" }),
        () => applyInput(place, { ...base, [path]: "1\n" }, base),
        () => applyInput(place, { ...base, [path]: "1\n" }, { ...base, [path]: "evil\n" }),
        () => applyInput(place, base, { "dir/b": "2\n", [path]: "1\n" }, { a: path }),
        () => applyInput(place, base, { ...base, [`new-${refused}`]: { text: linkTarget, mode: "120000" } }),
      ];
      await refusalOf((trees[how] ?? trees[0])?.() ?? applyInput(place, base, base));
      refused++;
      if (refused % 50 === 0) expect(await readTree(place.base)).toEqual(before);
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(await readTree(place.base)).toEqual(before);
    expect(refused).toBe(RUNS);
    console.log(`${refused} hostile changes refused, 0 writes`);
  }, 1_200_000);
});

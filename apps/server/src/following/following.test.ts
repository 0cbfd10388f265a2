// What follows a source ends with the index that a fresh one would be, whatever was done to the source and how fast: real git, a real
// disk, the product's listing, parser and catalog.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { followSource, type SourceFollower } from "@outpost/indexer";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { openTestSource, type TestSource } from "./testing-source.ts";

const sequences = process.env["OUTPOST_FULL"] === "1" ? 200 : 4;
const limits = { settleMs: 20, maxSettleMs: 100, maxNoiseMs: 400, retryMs: 50, pollMs: 100 };

let source: TestSource;
let follower: SourceFollower | null = null;
beforeAll(async () => {
  source = await openTestSource();
});
afterEach(async () => {
  await follower?.close();
  follower = null;
});
afterAll(() => source.close());

function follow(
  mode: "watch" | "poll" = "watch",
  more: { confirmMs?: number } = {},
  onLook: (paths: readonly string[] | null) => void = () => {},
): SourceFollower {
  follower = followSource({
    mode,
    limits: { ...limits, ...more },
    locate: async () => ({ root: source.root, gitDirectory: source.gitDirectory }),
    look: (signal, paths) => {
      onLook(paths);
      return source.look(signal, paths);
    },
    onProblem: (error) => source.problems.push(String(error)),
  });
  return follower;
}

/** Until the followed index equals a fresh one of what is there now. */
async function expectFresh(): Promise<void> {
  const fresh = await source.indexAfresh();
  const untilMs = Date.now() + 30_000;
  let followed = await source.snapshot();
  while (
    Date.now() < untilMs &&
    (JSON.stringify(followed) !== JSON.stringify(fresh) || follower?.state().changedPaths)
  ) {
    await sleep(20);
    followed = await source.snapshot();
  }
  expect(followed).toEqual(fresh);
  expect(follower?.state().changedPaths).toBe(0);
}

/** Bounded by the test's own time. */
async function untilFreshness(wanted: "followed" | "polled" | "on_request"): Promise<void> {
  while (follower?.state().freshness !== wanted) await sleep(10);
}

const names = ["a", "b", "c", "d"].flatMap((stem) => [
  `${stem}.py`,
  `lib/${stem}.py`,
  `lib/deep/${stem}.ts`,
  `${stem}.log`,
]);
const name = fc.constantFrom(...names);
const folder = fc.constantFrom<string>("lib", "lib/deep", "other", "other/new");
const branch = fc.constantFrom("one", "two");
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("write" as const), path: name, body: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rename" as const), path: name, to: name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), path: fc.oneof(name, folder) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("move" as const), path: folder, to: folder }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("ignore" as const), rule: fc.constantFrom("*.log", "lib/", "") }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("commit" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("switch" as const), to: branch }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rebase" as const), to: branch }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(60) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer One> ? One : never;

/** What the disk or git refuses is refused to people, too. */
function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!/E[A-Z]+|exited with/.test(String(error))) throw error;
  }
}

async function apply(step: Operation): Promise<void> {
  const at = (path: string) => join(source.root, path);
  const put = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  if (step.kind === "wait") await sleep(step.ms);
  else if (step.kind === "write") attempt(() => put(step.path, `def f${step.body}():\n    return ${step.body}\n`));
  else if (step.kind === "ignore") put(".gitignore", `${step.rule}\n`);
  else if (step.kind === "remove") rmSync(at(step.path), { recursive: true, force: true });
  else if (step.kind === "commit") attempt(() => source.git("commit", "--all", "--allow-empty", "--message", "step"));
  else if (step.kind === "switch") {
    attempt(() => source.git("add", "--all"));
    attempt(() => source.git("commit", "--allow-empty", "--message", "all"));
    attempt(() => source.git("switch", step.to));
  } else if (step.kind === "rebase") {
    attempt(() => source.git("rebase", "--strategy-option", "theirs", step.to));
    attempt(() => source.git("rebase", "--abort"));
  } else {
    attempt(() => {
      mkdirSync(dirname(at(step.to)), { recursive: true });
      renameSync(at(step.path), at(step.to));
    });
  }
}

it(`ends with a fresh index after random edits, renames, deletions and switches of branches (${sequences} sequences)`, async () => {
  follow();
  const sequence = fc.array(operation, { minLength: 4, maxLength: 14 });
  const run = async (steps: Operation[]) => {
    for (const step of steps) await apply(step);
    await expectFresh();
  };
  await fc.assert(fc.asyncProperty(sequence, run), { numRuns: sequences, endOnFailure: true });
  await untilFreshness("followed");
}, 1_200_000);

/** Besides, a file that marks its directory as a tool's, and a directory that is one by its name. */
const inFolder = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      path: fc.oneof(name, fc.constantFrom("lib/pyvenv.cfg", "lib/deep/CACHEDIR.TAG", "build/a.py", "lib/.git")),
      body: fc.nat(20),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rename" as const), path: name, to: name }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      path: fc.oneof(name, folder, fc.constantFrom("lib/pyvenv.cfg", "lib/deep/CACHEDIR.TAG", "lib/.git")),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("move" as const),
      path: fc.oneof(folder, fc.constant("build")),
      to: fc.oneof(folder, fc.constant("build")),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(60) }) },
);

it(`does so in a plain folder, whose files tell by themselves (${sequences} sequences)`, async () => {
  const git = source;
  source = await openTestSource("folder");
  try {
    let named = 0;
    follow("watch", {}, (paths) => {
      named += paths?.length ?? 0;
    });
    const run = async (steps: Operation[]) => {
      for (const step of steps) await apply(step);
      await expectFresh();
    };
    const sequence = fc.array(inFolder, { minLength: 4, maxLength: 14 });
    await fc.assert(fc.asyncProperty(sequence, run), { numRuns: sequences, endOnFailure: true });
    await apply({ kind: "write", path: "a.py", body: 91 });
    await expectFresh();
    expect(named).toBeGreaterThan(0);
  } finally {
    await follower?.close();
    follower = null;
    await source.close();
    source = git;
  }
}, 1_200_000);

it("notices that what kept a directory out of the listing is gone", async () => {
  const git = source;
  source = await openTestSource("folder");
  try {
    follow();
    await expectFresh();
    for (const body of [1, 2]) {
      await apply({ kind: "write", path: "lib/pyvenv.cfg", body });
      await expectFresh();
      await apply({ kind: "remove", path: "lib/pyvenv.cfg" });
      await expectFresh();
    }
    expect(await source.snapshot()).toMatchObject({ count: 3 });
  } finally {
    await follower?.close();
    follower = null;
    await source.close();
    source = git;
  }
}, 120_000);

it("looks at an edited, a new and a removed file by themselves, and at all files once more later", async () => {
  let [named, whole] = [0, 0];
  follow("watch", { confirmMs: 1_500 }, (paths) => {
    if (paths === null) whole++;
    else named += paths.length;
  });
  await expectFresh();
  await untilFreshness("followed");
  const wholeBefore = whole;
  await apply({ kind: "write", path: "n.py", body: 91 });
  await expectFresh();
  await apply({ kind: "write", path: "n.py", body: 92 });
  await expectFresh();
  await apply({ kind: "remove", path: "n.py" });
  await expectFresh();
  expect(named).toBeGreaterThan(0);
  while (whole === wholeBefore) await sleep(20);
  await expectFresh();
}, 60_000);

it("keeps up by looking in turns where it cannot watch", async () => {
  follow("poll");
  await apply({ kind: "write", path: "lib/deep/a.ts", body: 77 });
  await expectFresh();
  await untilFreshness("polled");
}, 60_000);

it("waits for a source that went away, and follows it again when it is back", async () => {
  follow();
  await expectFresh();
  const away = mkdtempSync(join(tmpdir(), "outpost-away-"));
  renameSync(source.root, join(away, "tree"));
  await untilFreshness("on_request");
  renameSync(join(away, "tree"), source.root);
  await apply({ kind: "write", path: "other/new/z.py", body: 5 });
  await expectFresh();
  await untilFreshness("followed");
  await apply({ kind: "write", path: "other/new/z.py", body: 6 });
  await expectFresh();
  await rm(away, { recursive: true });
  expect(await readdir(join(source.root, "other/new"))).toContain("z.py");
}, 60_000);

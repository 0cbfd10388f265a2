// Random repositories and random sequences of edit, decide, apply, other edits, revert: accepted hunks are in the checkout byte for byte,
// nothing else changed, revert restores byte for byte, and no path outside the change was ever written. `npm run test:changes -- --runs N`.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Change, isOutpostError } from "@outpost/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkplace, userGit, type Workplace } from "../fixture/workplace.ts";
import { createRepositoryHost } from "../repository-host.ts";
import { compose, mergeWithGit } from "./oracle.fixture.ts";
import { createSource, propose } from "./proposal.fixture.ts";
import {
  editText,
  editTree,
  filesOf,
  look,
  plain,
  type RandomEdit,
  type RandomFile,
  type RandomTree,
  type Seen,
  writeFiles,
} from "./random-repository.fixture.ts";

const RUNS = Number(process.env["OUTPOST_RUNS"] ?? (process.env["OUTPOST_FULL"] === "1" ? 1000 : 12));

const name = fc.constantFrom("a", "B", "c.txt", "ü x", "d.py", "-e");
const path = fc.oneof(
  name,
  fc.tuple(name, name).map((parts) => `dir-${parts.join("/")}`),
  fc.tuple(name, name, name).map((parts) => `dir-${parts.join("/")}`),
);
const line = fc.constantFrom(
  "one\n",
  "two\n",
  "three\r\n",
  "caf\xe9\n",
  "\xc3\xbc\n",
  "\n",
  "\t x\n",
  "}\n",
  "same\n",
  "same\n",
);
const text = fc
  .tuple(
    fc.constantFrom("", "", "\xef\xbb\xbf", "\xff\xfe"),
    // Long ones too: two edits of a short text are hardly ever of other lines.
    fc.array(line, { maxLength: 30, size: "max" }),
    fc.constantFrom("", "", "no end", "\x00binary"),
  )
  .map(([start, lines, end]) => start + lines.join("") + end);
const file: fc.Arbitrary<RandomFile> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("file" as const), text }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("exec" as const), text }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("link" as const), text: fc.constantFrom("a", "nowhere", "c.txt") }),
  },
);

const randomTree = fc.array(fc.tuple(path, file), { minLength: 1, maxLength: 8 }).map(plain);

const randomEdit: fc.Arbitrary<RandomEdit> = fc.record({
  what: fc.nat(8),
  at: fc.nat(30),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  other: file,
});

const scenario = fc.record({
  base: randomTree,
  edits: fc.array(randomEdit, { minLength: 4, maxLength: 8 }),
  added: fc.oneof({ weight: 3, arbitrary: fc.constant({} as RandomTree) }, { weight: 2, arbitrary: randomTree }),
  /** Per hunk or file: whether it is accepted. */
  decisions: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  acceptsAll: fc.boolean(),
  nested: fc.boolean(),
  /** By the person before the apply: of a file that the change touches, and where. */
  meddles: fc.option(fc.record({ which: fc.nat(7), edit: randomEdit }), { nil: null, freq: 2 }),
  /** By the person between apply and revert. */
  later: fc.option(fc.record({ which: fc.nat(7), edit: randomEdit }), { nil: null, freq: 2 }),
  commits: fc.boolean(),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

let workplace: Workplace;
let template: string;
let number = 0;
const counts = { applied: 0, merged: 0, conflicts: 0, subsets: 0, reverted: 0, refused: 0, threeWay: 0, nothing: 0 };
beforeAll(() => {
  workplace = createWorkplace();
  template = join(workplace.directory, "template");
  mkdirSync(template);
  userGit(template, ["init", "--quiet"]);
});
afterAll(async () => {
  console.log(`${RUNS} random repositories and sequences: ${JSON.stringify(counts)}`);
  await workplace.remove();
});

interface Decided {
  change: Change;
  /** Path → what it is to hold, had nobody meddled; undefined: absent. */
  wished: Map<string, RandomFile | undefined>;
}

async function decide(
  given: Scenario,
  proposal: Awaited<ReturnType<typeof propose>> & { change: Change },
): Promise<Decided> {
  const { change, base, next, repository } = proposal;
  const wished = new Map<string, RandomFile | undefined>();
  if (given.acceptsAll) {
    for (const { path, oldPath } of change.files) {
      wished.set(path, next[path]);
      if (oldPath !== null && !wished.has(oldPath)) wished.set(oldPath, next[oldPath]);
    }
    return { change, wished };
  }
  counts.subsets++;
  let position = 0;
  const choose = () => given.decisions[position++ % given.decisions.length] ?? false;
  const hunks = new Map<string, null>();
  const files = new Set<string>();
  for (const file of change.files) {
    const accepted = new Set(file.hunks.filter(choose).map(({ id }) => id));
    for (const id of accepted) hunks.set(id, null);
    const isWhole = file.hunks.length === 0 && choose();
    if (isWhole) files.add(file.path);
    if (file.kind !== "modified" || file.hunks.length === 0) {
      // All or nothing of what is no plain edit is the editor's affair; here only what follows from its answer is looked at.
      continue;
    }
    const [before, after] = [base[file.path], next[file.path]];
    if (!before || !after || before.kind !== after.kind || before.kind === "link" || accepted.size === 0) continue;
    wished.set(file.path, { ...before, text: compose(before.text, after.text, file.hunks, accepted) });
  }
  const derived = await workplace.host.selectFromChange(repository, change, { hunks, files });
  return { change: { ...change, ...derived }, wished };
}

const pathsOf = (change: Change) => new Set(change.files.flatMap(({ path, oldPath }) => [path, oldPath ?? path]));

function expectUntouched(
  before: Record<string, Seen>,
  after: Record<string, Seen>,
  touched: ReadonlySet<string>,
): void {
  const rest = (seen: Record<string, Seen>) =>
    Object.fromEntries(Object.entries(seen).filter(([at]) => !touched.has(at)));
  expect(rest(after)).toEqual(rest(before));
}

/** An edit by the person of one path that the change touches. */
function meddle(
  root: string,
  touched: ReadonlySet<string>,
  { which, edit }: NonNullable<Scenario["meddles"]>,
): string | null {
  const seen = filesOf(look(root));
  const all = [...touched].filter((at) => seen[at] && seen[at]?.kind !== "link");
  const at = all[which % Math.max(1, all.length)];
  const present = at === undefined ? undefined : seen[at];
  if (at === undefined || !present) return null;
  writeFiles(root, { [at]: { ...present, text: editText(present.text, { ...edit, what: edit.what % 3 }) } });
  return at;
}

async function play(given: Scenario): Promise<void> {
  const root = createSource(template, join(workplace.directory, `source-${number++}`), given.base, given.nested);
  try {
    const proposal = await propose(workplace, root, (base) => editTree(base, given.edits, given.added));
    if (proposal.change === null) {
      counts.nothing++;
      return;
    }
    const { change, wished } = await decide(given, { ...proposal, change: proposal.change });
    if (change.files.length === 0) {
      counts.nothing++;
      return;
    }
    const touched = pathsOf(change);
    const edited = given.meddles && meddle(root, touched, given.meddles);
    const before = look(root);
    const applied = await apply(proposal.repository, change, root, before, { wished, edited, base: proposal.base });
    if (applied === null) return;
    await takeBack(given, { root, repository: proposal.repository, before, touched, applied });
  } finally {
    rmSync(root, { recursive: true, force: true });
    await workplace.host.remove(workplace.repositoryAt(root).id).catch(() => {});
  }
}

async function apply(
  repository: Parameters<Workplace["host"]["apply"]>[0],
  change: Change,
  root: string,
  before: Record<string, Seen>,
  { wished, edited, base }: { wished: Decided["wished"]; edited: string | null; base: RandomTree },
) {
  const touched = pathsOf(change);
  try {
    const applied = await workplace.host.apply(repository, change);
    const after = look(root);
    expectUntouched(before, after, touched);
    for (const [at, file] of wished) {
      if (!touched.has(at)) continue;
      const mine = before[at]?.file;
      if (at !== edited || !file || !mine) {
        if (at !== edited) expect([at, after[at]?.file]).toEqual([at, file]);
        continue;
      }
      const merged = mergeWithGit(workplace.directory, base[at]?.text ?? "", mine.text, file.text);
      if (merged !== null && base[at]) expect([at, after[at]?.file.text]).toEqual([at, merged]);
    }
    counts.applied++;
    if (edited !== null) counts.merged++;
    return applied;
  } catch (error) {
    if (!isOutpostError(error) || error.code !== "conflict") throw error;
    // Only what the person edited, or what lies in a directory's way, may stand against it; and then nothing was written.
    expect(error.details["conflicts"]).not.toEqual([]);
    if (edited === null && !isInTheWay(change, before)) throw error;
    expect(look(root)).toEqual(before);
    counts.conflicts++;
    return null;
  }
}

/** Untracked files of the person where the change wants a file, or symlinks on the way. */
function isInTheWay(change: Change, before: Record<string, Seen>): boolean {
  return change.files.some(
    ({ path, kind, newMode }) =>
      newMode === "120000" ||
      ((kind === "added" || kind === "renamed") &&
        Object.keys(before).some((at) => at === path || at.startsWith(`${path}/`) || path.startsWith(`${at}/`))),
  );
}

async function takeBack(
  given: Scenario,
  {
    root,
    repository,
    before,
    touched,
    applied,
  }: {
    root: string;
    repository: Parameters<Workplace["host"]["apply"]>[0];
    before: Record<string, Seen>;
    touched: ReadonlySet<string>;
    applied: Awaited<ReturnType<Workplace["host"]["apply"]>>;
  },
): Promise<void> {
  writeFiles(root, { "untracked/later": { kind: "file", text: "later\n" } });
  if (given.commits) {
    userGit(root, ["add", "--update"]);
    userGit(root, ["commit", "--quiet", "--allow-empty", "-m", "theirs"]);
  }
  const edited = given.later && meddle(root, new Set(applied.files.map(({ path }) => path)), given.later);
  const present = look(root);
  // Another process: what is kept is on disk only.
  const { dataDirectory, git, runner } = workplace;
  const host = createRepositoryHost({ dataDirectory, git, runner, nowMs: Date.now });
  try {
    await host.revert(repository, applied.files, applied.undo);
  } catch (error) {
    if (!isOutpostError(error) || error.code !== "conflict") throw error;
    expect(edited).not.toBeNull();
    expect(look(root)).toEqual(present);
    counts.refused++;
    if (error.details["threeWay"] !== true) return;
    await host.revert(repository, applied.files, applied.undo, true);
    expectUntouched(present, look(root), touched);
    counts.threeWay++;
    return;
  }
  const after = look(root);
  expectUntouched(present, after, touched);
  for (const { path } of applied.files) expect([path, after[path]?.file]).toEqual([path, before[path]?.file]);
  counts.reverted++;
}

describe("random repositories and sequences", () => {
  it("end byte for byte as decided, and as before when reverted", async () => {
    const seed = process.env["OUTPOST_SEED"];
    await fc.assert(fc.asyncProperty(scenario, play), { numRuns: RUNS, ...(seed ? { seed: Number(seed) } : {}) });
    expect(counts.applied).toBeGreaterThan(0);
    if (RUNS < 300) return;
    expect(counts.applied).toBeGreaterThan(RUNS / 4);
    // The person's own edits came into it, too.
    for (const count of [counts.subsets, counts.conflicts, counts.merged, counts.reverted, counts.refused])
      expect(count).toBeGreaterThan(RUNS / 50);
    expect(counts.threeWay).toBeGreaterThan(0);
  }, 7_200_000);
});

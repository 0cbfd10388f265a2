// Some hunks of a change, and a change on a newer base: byte for byte, whatever the encoding and the line ends.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChangeSelection } from "@outpost/core";
import type { Change, GitObjectId, Repository } from "@outpost/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  commitAll,
  createWorkplace,
  makeRepository,
  userGit,
  type Workplace,
  writeTree,
} from "../fixture/workplace.ts";

const isFull = process.env["OUTPOST_FULL"] === "1";

let place: Workplace;
beforeAll(() => {
  place = createWorkplace();
});
afterAll(() => place.remove());

let made = 0;

/** A change that turns the files before into the files after. */
async function propose(
  before: Record<string, string | Uint8Array>,
  after: Record<string, string | Uint8Array | null>,
): Promise<{ change: Change; repository: Repository; root: string }> {
  const root = join(place.directory, `source-${made++}`);
  const baseCommit = makeRepository(root, { "keep.txt": "keep\n", ...before }) as GitObjectId;
  const repository = place.repositoryAt(root);
  await place.host.import(repository);
  const taskId = place.newId("tsk");
  const worktree = await place.host.openWorktree({
    repository,
    taskId,
    runId: place.newId("run"),
    fence: 1,
    baseCommit,
  });
  for (const [path, content] of Object.entries(after)) {
    if (content !== null) writeTree(worktree.root, { [path]: content });
    else await worktree.files.remove(path, (await worktree.files.read(path)).sha256);
  }
  const diff = await worktree.diffToBase();
  await worktree.close();
  if (!diff) throw new Error("nothing was changed");
  return {
    change: { ...diff, taskId, revision: 1, applyTarget: "checkout", summary: "", tests: [] },
    repository,
    root,
  };
}

function select(hunks: Record<string, string[] | null>, files: string[] = []): ChangeSelection {
  return { hunks: new Map(Object.entries(hunks)), files: new Set(files) };
}

const idsOf = (change: Pick<Change, "files">) => change.files.flatMap((file) => file.hunks.map(({ id }) => id));
const acceptAll = (ids: string[]) => select(Object.fromEntries(ids.map((id) => [id, null])));

async function contentOf(repository: Repository, change: Pick<Change, "files">, path: string): Promise<Buffer> {
  const blob = change.files.find((file) => file.path === path)?.newBlob ?? "";
  const gitDir = join(place.dataDirectory, "repositories", repository.id, "mirror.git");
  return Buffer.from(userGit(gitDir, ["cat-file", "blob", blob]));
}

const lines = (count: number, end: string, change: (line: number) => string = String) =>
  Array.from({ length: count }, (_, index) => change(index + 1) + end).join("");

describe("selecting hunks", () => {
  it("gives the base for none, the change for all, and exactly the chosen ones between (random files)", async () => {
    const content = fc.record({
      end: fc.constantFrom("\n", "\r\n"),
      head: fc.constantFrom("", "\u00ef\u00bb\u00bf", "caf\u00e9 "),
      isOpen: fc.boolean(),
      places: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 6 }),
      kinds: fc.array(fc.constantFrom("change", "remove", "insert"), { minLength: 6, maxLength: 6 }),
      chosen: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    });
    const property = fc.asyncProperty(content, async ({ end, head, isOpen, places, kinds, chosen }) => {
      const before = head + lines(100, end, (line) => `line ${line}`);
      const edited = before.split(end).flatMap((line, index) => {
        const at = places.find((place) => place * 18 + 4 === index);
        if (at === undefined) return [line];
        if (kinds[at] === "remove") return [];
        return kinds[at] === "insert" ? [line, `new ${at} \u00fc`] : [`other ${at}`];
      });
      const cut = (text: string) => Buffer.from(isOpen ? text.slice(0, -end.length) : text, "latin1");
      const { change, repository } = await propose({ "a.txt": cut(before) }, { "a.txt": cut(edited.join(end)) });
      const ids = idsOf(change);
      expect(ids.length).toBe(places.length);
      const all = await place.host.selectFromChange(repository, change, acceptAll(ids));
      expect(all.tree).toBe(change.tree);
      expect((await place.host.selectFromChange(repository, change, select({}))).files).toEqual([]);
      const some = ids.filter((_, index) => chosen[index]);
      const derived = await place.host.selectFromChange(repository, change, acceptAll(some));
      expect(idsOf(derived)).toEqual(some);
    });
    await fc.assert(property, { numRuns: isFull ? 200 : 6, seed: 3 });
  }, 120_000);

  it("takes files without hunks by their paths, and leaves the others", async () => {
    const { change, repository } = await propose(
      { "old.bin": Buffer.from([0, 1, 2]), "gone.txt": "x\n", "a.txt": "a\n" },
      { "old.bin": Buffer.from([0, 9]), "empty.txt": "", "gone.txt": null, "a.txt": "b\n" },
    );
    const derived = await place.host.selectFromChange(repository, change, select({}, ["old.bin"]));
    expect(derived.files.map(({ path }) => path)).toEqual(["old.bin"]);
    const gone = change.files.find(({ path }) => path === "gone.txt")?.hunks[0]?.id ?? "";
    const other = await place.host.selectFromChange(repository, change, select({ [gone]: null }, ["empty.txt"]));
    expect(other.files.map(({ path, kind }) => [path, kind])).toEqual([
      ["empty.txt", "added"],
      ["gone.txt", "deleted"],
    ]);
  });

  it("writes edited lines with the file's own line ends", async () => {
    const before = lines(30, "\r\n");
    const { change, repository } = await propose(
      { "a.txt": before },
      { "a.txt": before.replace("\r\n5\r\n", "\r\nfive\r\n") },
    );
    const [id = ""] = idsOf(change);
    const edited = ["2", "3", "4", "V", "and more", "6", "7", "8"];
    const derived = await place.host.selectFromChange(repository, change, select({ [id]: edited }));
    const bytes = await contentOf(repository, derived, "a.txt");
    expect(bytes.toString()).toBe(before.replace("\r\n5\r\n", "\r\nV\r\nand more\r\n").trim());
  });

  it.each([
    [{ "a.txt": Buffer.from("caf\u00e9\n", "latin1") }, { "a.txt": Buffer.from("caf\u00e9s\n", "latin1") }, ["x"]],
    [{ "a.txt": "a\n" }, { "a.txt": "b\n" }, ["x\ny"]],
    [{ "a.txt": "a\n" }, { "a.txt": "b\n" }, ["x\0"]],
  ])("refuses lines that cannot be written", async (before, after, edited) => {
    const { change, repository } = await propose(before, after);
    const [id = ""] = idsOf(change);
    const selected = place.host.selectFromChange(repository, change, select({ [id]: edited }));
    await expect(selected).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("rebasing a change", () => {
  const before = lines(30, "\n");
  const after = before.replace("\n5\n", "\nfive\n");

  it("merges what others changed elsewhere, also uncommitted", async () => {
    const { change, repository, root } = await propose({ "a.txt": before }, { "a.txt": after, "new.txt": "n\n" });
    writeFileSync(join(root, "a.txt"), before.replace("\n20\n", "\ntwenty\n"));
    commitAll(root, "second");
    writeFileSync(join(root, "b.txt"), "dirty\n");
    const { derived, conflicts, baseCommit } = await place.host.rebaseChange(repository, change);
    expect(conflicts).toEqual([]);
    expect(baseCommit).not.toBe(change.baseCommit);
    if (!derived) throw new Error("there is no change");
    expect(idsOf(derived)).toEqual(idsOf(change));
    expect((await contentOf(repository, derived, "a.txt")).toString()).toBe(
      after.replace("\n20\n", "\ntwenty\n").trim(),
    );
  });

  it("names what stands against each other, and makes nothing", async () => {
    const { change, repository, root } = await propose({ "a.txt": before }, { "a.txt": after });
    writeFileSync(join(root, "a.txt"), before.replace("\n5\n", "\nV\n"));
    const { derived, conflicts } = await place.host.rebaseChange(repository, change);
    expect(derived).toBeNull();
    expect(conflicts).toMatchObject([{ path: "a.txt", hunks: [{ base: ["5"], current: ["V"], wanted: ["five"] }] }]);
  });
});

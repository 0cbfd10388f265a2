// tasks.yaml over a real store: each entry once, edits, mistakes with their lines, restarts; and a repository's file, which may do little.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import type { RepositoryId, TaskSpec } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";
import { createTestIds, plainRepository } from "@outpost/testkit";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseTaskFile } from "./parse-task-file.ts";
import { createTaskFileService } from "./task-file-service.ts";

let folder = "";
let checkout = "";
let store: TaskStore;
let repositoryId: RepositoryId;
const newId = createTestIds();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-task-files-"));
  checkout = join(folder, "checkout");
  await mkdir(checkout);
  store = await openSqliteTaskStore({ path: join(folder, "tasks.db") });
  repositoryId = newId("rep");
  await store.createRepository(
    plainRepository(repositoryId, { name: "shop", source: { type: "path", path: checkout } }),
  );
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const open = (repositories: string[] = []) =>
  createTaskFileService({
    ...{ store, dataDirectory: folder, repositories, nowMs: () => 5, logger: pino({ level: "silent" }) },
    submit: async (spec: TaskSpec, by, idempotencyKey) =>
      (await store.createTask({ taskId: newId("tsk"), spec, by, nowMs: 5, idempotencyKey })).task,
    cancel: async (taskId, by) =>
      (
        await store.append({
          taskId,
          expectedSeq: "any",
          fence: null,
          events: [{ type: "task.cancel_requested", by }],
          nowMs: 6,
        })
      ).task,
  });
const write = (text: string, directory = folder) => writeFile(join(directory, "tasks.yaml"), text);
async function tasks() {
  const { items } = await store.listTasks({ limit: 100 });
  return items.reverse().map(({ spec, state }) => [spec.instruction, spec.priority, state]);
}

it("makes each entry a task once, over edits of the file and restarts, and forgets what left it", async () => {
  await write(`
tasks:
  - id: docs
    repository: shop
    description: Mend the docs
    priority: 7
    metadata: { team: web, urgent: true, weight: 3 }
  - repository: shop
    description: Tidy up
    workflow: ask
    expandGoal: false
`);
  const service = open();
  await service.look();
  await service.look();
  await open().look();
  expect(await tasks()).toEqual([
    ["Mend the docs", 7, "queued"],
    ["Tidy up", 5, "queued"],
  ]);
  const [status] = service.list().items;
  expect(status).toMatchObject({ repository: null, entries: 2, problems: [] });
  expect(status?.tasks.map(({ key, line }) => [key.length < 10 ? key : "hash", line])).toEqual([
    ["docs", 3],
    ["hash", 8],
  ]);
  const first = await store.getTask(status?.tasks[0]?.taskId as never);
  expect(first.spec.metadata).toEqual({ team: "web", urgent: "true", weight: "3" });
  const second = await store.getTask(status?.tasks[1]?.taskId as never);
  expect([first.spec.expandGoal, second.spec.expandGoal]).toEqual([undefined, false]);
  // An edit of an entry that was not begun takes its place; a new entry comes to it; the one that is gone stays a task.
  await write(
    "- id: docs\n  repository: shop\n  description: Mend all of the docs\n- repository: shop\n  description: Third\n",
  );
  const again = open();
  await again.look();
  await again.look();
  expect(await tasks()).toEqual([
    ["Mend the docs", 7, "cancelled"],
    ["Tidy up", 5, "queued"],
    ["Mend all of the docs", 5, "queued"],
    ["Third", 5, "queued"],
  ]);
});

it("reports bad entries with their lines, takes the good ones, and mends itself when the file is mended", async () => {
  const good = "- repository: shop\n  description: Good\n";
  await write(
    `${good}- repository: nowhere\n  description: Lost\n- repository: shop\n  description: Bad\n  model: gpt\n- just text\n`,
  );
  const service = open();
  await service.look();
  expect(await tasks()).toEqual([["Good", 5, "queued"]]);
  expect(service.list().items[0]?.problems.sort((one, other) => one.line - other.line)).toEqual([
    { line: 3, message: expect.stringContaining('there is no "nowhere"') },
    { line: 5, message: expect.stringMatching(/model|nrecognized/) },
    { line: 8, message: expect.any(String) },
  ]);
  await write(good);
  await service.look();
  expect(service.list().items[0]).toMatchObject({ entries: 1, problems: [] });
  await rm(join(folder, "tasks.yaml"));
  await service.look();
  expect(service.list().items[0]).toMatchObject({ readAtMs: null, entries: 0 });
  expect(await tasks()).toHaveLength(1);
});

describe("a repository's own file", () => {
  const entry = "- description: From within\n  priority: 9\n";

  it("is read only where the operator said so, and its tasks are marked and in nobody's way", async () => {
    await write(entry, checkout);
    await open().look();
    expect(await tasks()).toEqual([]);
    const service = open(["shop"]);
    await service.look();
    const [task] = (await store.listTasks({ limit: 9 })).items;
    expect(task?.spec).toMatchObject({ instruction: "From within", priority: 5, repositoryId });
    // What comes with a task from outside takes automatic approval away.
    expect(task?.spec.attachments?.[0]?.text).toContain("a file in the repository itself");
  });

  it("asks for nothing beyond its repository and its words, and a link is no file", async () => {
    await write(
      `- { description: x, auto: true }\n- { description: y, repository: other }\n- { description: z, limits: {} }\n`,
      checkout,
    );
    const service = open([repositoryId]);
    await service.look();
    expect(await tasks()).toEqual([]);
    expect(
      service
        .list()
        .items[1]?.problems.map(({ line }) => line)
        .sort(),
    ).toEqual([1, 2, 3]);
    await rm(join(checkout, "tasks.yaml"));
    await writeFile(join(folder, "elsewhere.yaml"), entry);
    await symlink(join(folder, "elsewhere.yaml"), join(checkout, "tasks.yaml"));
    await service.look();
    expect([await tasks(), service.list().items[1]?.readAtMs]).toEqual([[], null]);
  });
});

describe("what is no list of tasks", () => {
  it.each([
    ["broken YAML", "tasks:\n  - description: [", /not YAML/],
    ["a list of something else", "tasks: nothing", /expected a list/],
    ["aliases without end", `a: &a [x, x]\nb: &b [*a, *a]\ntasks:\n  - description: *b\n`, /alias|description/i],
    ["a file that is too large", `# ${"x".repeat(300_000)}`, /over 262144/],
    ["the same entry twice", "- description: x\n- description: x\n", /the same entry as in line 1/],
  ])("%s is a problem with a line", (_, text, says) => {
    const { problems } = parseTaskFile(text);
    expect(problems[0]?.message).toMatch(says);
    expect(problems[0]?.line).toBeGreaterThan(0);
  });

  it("is bounded in entries, and an empty file is nothing", () => {
    const many = Array.from({ length: 600 }, (_, number) => `- description: number ${number}\n`).join("");
    const { entries, problems } = parseTaskFile(many);
    expect([entries.length, problems]).toEqual([
      500,
      [{ line: 501, message: expect.stringContaining("more than 500") }],
    ]);
    expect(parseTaskFile("")).toEqual({ entries: [], problems: [] });
    expect(parseTaskFile("# nothing yet\ntasks:\n")).toEqual({ entries: [], problems: [] });
  });
});

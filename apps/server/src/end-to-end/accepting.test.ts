// A checkout that did not stand still between the proposal and its acceptance: it merges, or it is a conflict that names the file and
// writes nothing. And decisions that come too late, twice, or at the same time.
import { chmod, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { ConflictDetails, isOutpostError, type Repository, type Task, type TaskId } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, eventsOf, taskEnd } from "./follow-task.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";
import { createTempCheckout, createTempFolder, type TempCheckout } from "./temp-checkout.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let server: TestServer;
const checkouts: TempCheckout[] = [];
beforeAll(async () => {
  server = await startTestServer({ workers: 2, model: "rules" });
});
afterAll(async () => {
  await server?.close();
  await Promise.all(checkouts.map((checkout) => checkout.remove()));
});

/** No line begins another. */
const nameOf = (number: number) => `line-${String(number).padStart(2, "0")}`;
const lines = Array.from({ length: 20 }, (_, n) => nameOf(n + 1));
const text = `${lines.join("\n")}\n`;
const withLine = (number: number, line: string, of = text) => of.replace(nameOf(number), line);

interface Proposal {
  checkout: TempCheckout;
  repository: Repository;
  task: Task;
  read(name?: string): Promise<string>;
}

async function propose(prepare?: (checkout: TempCheckout) => Promise<void>): Promise<Proposal> {
  const checkout = await createTempCheckout({ "list.txt": text, "other.txt": "other\n" });
  checkouts.push(checkout);
  await prepare?.(checkout);
  const source = { type: "path" as const, path: checkout.path };
  const repository = await server.client.call("registerRepository", { body: { source } });
  const task = await proposeMore(repository, 'replace "line-05" with "LINE 5" in list.txt');
  return { checkout, repository, task, read: (name = "list.txt") => readFile(join(checkout.path, name), "utf8") };
}

async function proposeMore(repository: Repository, instruction: string): Promise<Task> {
  const body = { repositoryId: repository.id, instruction };
  const task = await taskEnd(server.client, (await server.client.call("submitTask", { body })).id);
  expect(task).toMatchObject({ state: "proposed", revision: 1 });
  return task;
}

const decide = (taskId: TaskId, decision: "accept" | "reject", revision: number | string = 1) =>
  server.client.call("decideChange", { params: { taskId, revision }, body: { decision } });
const revert = (taskId: TaskId) => server.client.call("revertChange", { params: { taskId, revision: 1 } });

/** The paths that the conflict names. */
async function conflictOf(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!isOutpostError(error) || error.code !== "conflict") throw new Error(`no conflict: ${String(error)}`);
  return ConflictDetails.parse(error.details).conflicts.map(({ path }) => path);
}

describe.concurrent("accepting a change", () => {
  it("of a file that was edited in the same place meanwhile is a conflict, recorded and without effect", async () => {
    const { checkout, task, read } = await propose();
    const mine = withLine(5, "my line 5");
    await checkout.write({ "list.txt": mine });
    // Told to each who asks, and stored once.
    for (let asked = 0; asked < 3; asked++) expect(await conflictOf(decide(task.id, "accept"))).toEqual(["list.txt"]);
    expect(await read()).toBe(mine);
    expect(await server.client.call("getTask", { params: { taskId: task.id } })).toMatchObject({ state: "proposed" });
    const failed = eventsOf(await allEvents(server.client, task.id), "change.apply_failed");
    expect(failed.map(({ conflicts }) => conflicts[0]?.path)).toEqual(["list.txt"]);
    await checkout.write({ "list.txt": text });
    expect((await decide(task.id, "accept")).task.state).toBe("applied");
    expect(await read()).toBe(withLine(5, "LINE 5"));
  });

  it("of a file that was edited elsewhere meanwhile merges; reverting gives the edited file back", async () => {
    const { checkout, task, read } = await propose();
    const mine = withLine(15, "my line 15");
    await checkout.write({ "list.txt": mine, "other.txt": "dirty too\n" });
    await decide(task.id, "accept");
    expect(await read()).toBe(withLine(5, "LINE 5", mine));
    expect(await read("other.txt")).toBe("dirty too\n");
    await revert(task.id);
    expect(await read()).toBe(mine);
  });

  it("when HEAD moved on merges where that is possible", async () => {
    const { checkout, task, read } = await propose();
    await checkout.write({ "list.txt": withLine(15, "later 15"), "new.txt": "new\n" });
    await checkout.commit("later");
    const head = await checkout.git("rev-parse", "HEAD");
    await decide(task.id, "accept");
    expect(await read()).toBe(withLine(5, "LINE 5", withLine(15, "later 15")));
    expect(await checkout.git("rev-parse", "HEAD")).toBe(head);
    expect(await checkout.git("diff", "--cached", "--name-only")).toBe("");
  });

  it("when HEAD moved on to the same line is a conflict", async () => {
    const { checkout, task, read } = await propose();
    await checkout.write({ "list.txt": withLine(5, "later 5") });
    await checkout.commit("later");
    expect(await conflictOf(decide(task.id, "accept"))).toEqual(["list.txt"]);
    expect(await read()).toBe(withLine(5, "later 5"));
  });

  it("of two tasks with the same line: the first one wins, the second is a conflict", async () => {
    const { repository, task, read } = await propose();
    const second = await proposeMore(repository, 'replace "line-05" with "another 5" in list.txt');
    await decide(task.id, "accept");
    expect(await conflictOf(decide(second.id, "accept"))).toEqual(["list.txt"]);
    expect(await read()).toBe(withLine(5, "LINE 5"));
  });

  it("of two tasks with different lines at the same time has both", async () => {
    const { repository, task, read } = await propose();
    const second = await proposeMore(repository, 'replace "line-18" with "LINE 18" in list.txt');
    await Promise.all([decide(task.id, "accept"), decide(second.id, "accept")]);
    expect(await read()).toBe(withLine(18, "LINE 18", withLine(5, "LINE 5")));
  });

  it("twice at the same time happens once", async () => {
    const { task, read } = await propose();
    const ends = await Promise.allSettled([
      decide(task.id, "accept"),
      decide(task.id, "accept"),
      decide(task.id, "reject"),
    ]);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const applied = await server.client.call("getTask", { params: { taskId: task.id } });
    expect(await read()).toBe(applied.state === "applied" ? withLine(5, "LINE 5") : text);
    expect(eventsOf(await allEvents(server.client, task.id), "change.applied").length).toBeLessThanOrEqual(1);
  });

  it("that was rejected, or another revision, is refused", async () => {
    const { task, read } = await propose();
    await expect(decide(task.id, "accept", 2)).rejects.toMatchObject({ code: "not_found" });
    expect((await decide(task.id, "reject")).task.state).toBe("rejected");
    await expect(decide(task.id, "accept")).rejects.toMatchObject({ code: "conflict" });
    expect(await read()).toBe(text);
  });

  it("of an older revision is refused when there is a newer one", async () => {
    const { task, read } = await propose();
    const message = 'replace "line-09" with "LINE 9" in list.txt';
    await server.client.call("addMessage", { params: { taskId: task.id }, body: { text: message } });
    expect(await taskEnd(server.client, task.id)).toMatchObject({ state: "proposed", revision: 2 });
    await expect(decide(task.id, "accept", 1)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("look at revision 2"),
    });
    await decide(task.id, "accept", "latest");
    expect(await read()).toBe(withLine(9, "LINE 9", withLine(5, "LINE 5")));
  });

  it("and then reverting is refused where the file changed since", async () => {
    const { checkout, task, read } = await propose();
    await decide(task.id, "accept");
    const mine = withLine(7, "mine", await read());
    await checkout.write({ "list.txt": mine });
    expect(await conflictOf(revert(task.id))).toEqual(["list.txt"]);
    expect(await read()).toBe(mine);
  });

  it("whose file was deleted, or became a directory or a link, is a conflict", async () => {
    const { checkout, task } = await propose();
    const path = join(checkout.path, "list.txt");
    await rm(path);
    expect(await conflictOf(decide(task.id, "accept"))).toEqual(["list.txt"]);
    await checkout.write({ "list.txt/inside": "x" });
    expect(await conflictOf(decide(task.id, "accept"))).toEqual(["list.txt"]);
    await rm(path, { recursive: true });
    await checkout.write({ "elsewhere.txt": text });
    await symlink("elsewhere.txt", path);
    expect(await conflictOf(decide(task.id, "accept"))).toEqual(["list.txt"]);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("whose checkout is gone says so", async () => {
    const { checkout, task } = await propose();
    await checkout.remove();
    await expect(decide(task.id, "accept")).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining(checkout.path),
    });
  });

  it("as a patch leaves the checkout alone, and git takes the patch", async () => {
    const { checkout, task, read } = await propose();
    const params = { taskId: task.id, revision: 1 };
    const { patch } = await server.client.call("decideChange", {
      params,
      body: { decision: "accept", target: "patch" },
    });
    expect(await read()).toBe(text);
    await checkout.write({ "../outpost-change.patch": patch ?? "" });
    await checkout.git("apply", "../outpost-change.patch");
    await rm(join(checkout.path, "../outpost-change.patch"));
    expect(await read()).toBe(withLine(5, "LINE 5"));
    expect(patch).toBe(await server.client.getPatch(task.id, 1));
    await expect(revert(task.id)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("a task", () => {
  it("with a base of dirty files starts from them, and from HEAD otherwise", async () => {
    const mine = withLine(5, "my line 5");
    const { checkout, repository, task, read } = await propose((made) =>
      made.write({ "list.txt": withLine(9, "mine") }),
    );
    const change = await server.client.call("getChange", { params: { taskId: task.id, revision: 1 } });
    expect(change.baseCommit).toBe(await checkout.git("rev-parse", "HEAD"));
    await checkout.write({ "list.txt": mine });
    const body = { repositoryId: repository.id, instruction: 'replace "my line 5" with "our line 5" in list.txt' };
    const dirty = await server.client.call("submitTask", { body: { ...body, base: "dirty" } });
    expect(await taskEnd(server.client, dirty.id)).toMatchObject({ state: "proposed" });
    await decide(dirty.id, "accept");
    expect(await read()).toBe(withLine(5, "our line 5"));
  });

  it("of a repository that is removed is removed with it, and the checkout stays", async () => {
    const { repository, task, read } = await propose();
    const params = { repositoryId: repository.id };
    await server.client.call("removeRepository", { params });
    await expect(server.client.call("getTask", { params: { taskId: task.id } })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(server.client.call("removeRepository", { params })).rejects.toMatchObject({ code: "not_found" });
    expect(await read()).toBe(text);
  });
});

describe("a folder that only its owner may read", () => {
  it("is registered by its owner; a server that is root says what to do", async () => {
    const folder = await createTempFolder({ "a.txt": "a\n" });
    checkouts.push(folder);
    await chmod(folder.path, 0o700);
    const source = { type: "path" as const, path: folder.path };
    const registered = server.client.call("registerRepository", { body: { source } });
    if (process.getuid?.() !== 0) expect(await registered).toMatchObject({ isGit: false });
    else await expect(registered).rejects.toMatchObject({ code: "forbidden", message: expect.stringMatching(/chmod/) });
  });
});

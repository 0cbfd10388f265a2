// Where an accepted change goes, over HTTP: a branch, a commit on the checkout, a push, a client that reports; and the way back from each.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DecideChangeRequest, Repository, Task } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { taskEnd } from "./follow-task.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";
import { createTempCheckout, type TempCheckout } from "./temp-checkout.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const remote = mkdtempSync(join(tmpdir(), "outpost-remote-"));
let server: TestServer;
let checkout: TempCheckout;
let repository: Repository;
beforeAll(async () => {
  execFileSync("git", ["init", "--quiet", "--bare", remote]);
  execFileSync("chmod", ["-R", "a+rwX", remote]);
  chmodSync(remote, 0o777);
  checkout = await createTempCheckout({ "list.txt": "one\ntwo\nthree\nfour\nfive\nsix\n", "other.txt": "other\n" });
  server = await startTestServer({
    workers: 2,
    model: "rules",
    commitAuthor: "Robo <robo@example.invalid>",
    pushRemotes: { project: remote },
  });
  const source = { type: "path" as const, path: checkout.path };
  repository = await server.client.call("registerRepository", { body: { source, name: "project" } });
});
afterAll(async () => {
  await server?.close();
  await checkout?.remove();
  rmSync(remote, { recursive: true, force: true });
});

const text = () => readFile(join(checkout.path, "list.txt"), "utf8");
async function propose(instruction = 'replace "two" with "TWO" in list.txt'): Promise<Task> {
  const task = await server.client.call("submitTask", { body: { repositoryId: repository.id, instruction } });
  const ended = await taskEnd(server.client, task.id);
  expect(ended).toMatchObject({ state: "proposed", revision: 1 });
  return ended;
}
const accept = ({ id }: Task, more: Omit<DecideChangeRequest, "decision">) =>
  server.client.call("decideChange", { params: { taskId: id, revision: 1 }, body: { decision: "accept", ...more } });
const revert = ({ id }: Task, threeWay = false) =>
  server.client.call("revertChange", { params: { taskId: id, revision: "latest" }, body: { threeWay } });

describe("an accepted change", () => {
  it("becomes a commit on a branch, is pushed there, and nothing that is checked out changes", async () => {
    const task = await propose();
    const before = await checkout.git("rev-parse", "HEAD");
    const { commit, note } = await accept(task, { target: "branch", delivery: { push: true } });
    expect({ commit, note }).toMatchObject({ commit: { branch: `outpost/${task.id}`, pushedTo: remote }, note: null });
    expect(await checkout.git("log", "-1", "--format=%an|%s", `outpost/${task.id}`)).toMatch(/^Robo\|replace "two"/);
    expect(await checkout.git("status", "--porcelain")).toBe("");
    expect(await checkout.git("rev-parse", "HEAD")).toBe(before);
    expect(execFileSync("git", ["--git-dir", remote, "for-each-ref"], { encoding: "utf8" })).toContain(commit?.commit);
    await expect(revert(task)).rejects.toMatchObject({ code: "conflict", details: { threeWay: true } });
    expect((await revert(task, true)).task.state).toBe("reverted");
    expect(await checkout.git("diff", "HEAD", `outpost/${task.id}`)).toBe("");
  });

  it("is applied and committed on the branch that is checked out, and taken back with its commit", async () => {
    const task = await propose();
    const head = await checkout.git("rev-parse", "HEAD");
    const { commit, files } = await accept(task, { delivery: { commit: true } });
    expect(files.map(({ path }) => path)).toEqual(["list.txt"]);
    expect(await checkout.git("rev-parse", "HEAD")).toBe(commit?.commit);
    expect(await checkout.git("status", "--porcelain")).toBe("");
    expect(await revert(task)).toMatchObject({ task: { state: "reverted" }, note: null });
    expect(await checkout.git("rev-parse", "HEAD")).toBe(head);
    expect(await checkout.git("status", "--porcelain")).toBe("");
  });

  it("is applied although it cannot be pushed to a protected branch, and that is said", async () => {
    const task = await propose();
    const { commit, note } = await accept(task, { delivery: { commit: true, push: true } });
    expect(commit?.pushedTo).toBeNull();
    expect(note).toMatch(/^committed, but not pushed: branch "main" is protected/);
    await revert(task);
  });

  it("that another task's change stands against is refused with the lines, and can be taken out three-way", async () => {
    const [first, second] = [await propose(), await propose('replace "two" with "zwei" in list.txt')];
    await accept(first, {});
    await expect(accept(second, {})).rejects.toMatchObject({
      code: "conflict",
      details: { conflicts: [{ path: "list.txt", hunks: [{ base: ["two"], current: ["TWO"], wanted: ["zwei"] }] }] },
    });
    await checkout.write({ "list.txt": (await text()).replace("six", "SIX") });
    await expect(revert(first)).rejects.toMatchObject({ code: "conflict", details: { threeWay: true } });
    await revert(first, true);
    expect(await text()).toBe("one\ntwo\nthree\nfour\nfive\nSIX\n");
    await checkout.git("checkout", "--quiet", "list.txt");
  });

  it("is handed to a client byte for byte, whose report is the decision; a repeat is harmless, a late one refused", async () => {
    const task = await propose();
    const params = { taskId: task.id, revision: 1 };
    await expect(accept(task, { target: "client" })).rejects.toMatchObject({ code: "invalid_input" });
    const change = await server.client.call("getChange", { params });
    const blob = change.files[0]?.newBlob ?? "";
    const { base64 } = await server.client.call("getChangeBlob", { params: { ...params, blob } });
    expect(Buffer.from(base64, "base64").toString()).toBe("one\nTWO\nthree\nfour\nfive\nsix\n");
    await expect(
      server.client.call("getChangeBlob", { params: { ...params, blob: "0".repeat(40) } }),
    ).rejects.toMatchObject({ code: "not_found" });
    const body = { result: "applied" as const, files: [], undo: "x", machine: "laptop" };
    const report = () => server.client.call("reportClientApply", { params, body });
    expect((await report()).state).toBe("applied");
    expect((await report()).state).toBe("applied");
    await expect(revert(task)).rejects.toMatchObject({ code: "conflict", details: { machine: "laptop" } });
    const reverted = { result: "reverted" as const, files: [] };
    expect((await server.client.call("reportClientApply", { params, body: reverted })).state).toBe("reverted");
    await expect(report()).rejects.toMatchObject({ code: "conflict" });
  });
});

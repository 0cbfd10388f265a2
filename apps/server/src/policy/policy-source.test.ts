import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdFactory, type GitObjectId, type RepositoryId, type TaskId } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openPolicySource, type PolicySource } from "./policy-source.ts";

type Store = Awaited<ReturnType<typeof openSqliteTaskStore>>;

let made = 7;
const newId = createIdFactory(
  () => 1,
  (size) => new Uint8Array(size).fill(made++),
);
const repositoryId: RepositoryId = newId("rep");
const taskId: TaskId = newId("tsk");
const commit = "c".repeat(40) as GitObjectId;

let folder: string;
let policyFile: string;
let store: Store;
let ofRepository: string | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-policy-source-"));
  policyFile = join(folder, "outpost.policy.yaml");
  store = await openSqliteTaskStore({ path: join(folder, "tasks.db") });
  ofRepository = null;
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** As one process has it; the server and its workers have one each. */
function openSource(audit: Pick<Store, "notePolicyFiles"> = store): PolicySource {
  const host = { readFile: async () => (ofRepository === null ? null : new TextEncoder().encode(ofRepository)) };
  return openPolicySource({ commandHosts: [], policyFile, host, audit, nowMs: () => 5 });
}

const entered = async () => (await store.listAudit({ limit: 50 })).map(({ record }) => record).reverse();
const hash = expect.stringMatching(/^[0-9a-f]{64}$/);

it("enters a change of the server's own file before it is used, once for all processes", async () => {
  const [server, worker] = [openSource(), openSource()];
  await server.policyFor(null, null);
  expect(await entered()).toEqual([]);
  await writeFile(policyFile, "version: 1\ndryRun: true\n");
  for (const source of [server, worker, worker, server]) await source.policyFor(repositoryId, commit);
  await writeFile(policyFile, "version: 1\ndryRunn: false\n");
  for (const source of [worker, server]) await source.policyFor(null, null);
  await rm(policyFile);
  for (const source of [server, worker]) await source.policyFor(null, null);
  const all = await entered();
  expect(all).toMatchObject([
    { type: "policy.changed", source: policyFile, before: null, sha256: hash, taskId: null },
    { before: (all[0] as { sha256: string }).sha256, sha256: hash, detail: expect.stringMatching(/line 2.*dryRunn/) },
    { before: (all[1] as { sha256: string }).sha256, sha256: null },
  ]);
  expect((all[0] as { detail: string }).detail).toMatch(/^written \d{4}-.*Z, owned by user \d+$/);
});

it("enters a repository's file when a run begins with another one", async () => {
  const source = openSource();
  const begin = () => source.policyForRun({ repositoryId, commit, taskId });
  await begin();
  expect(await entered()).toEqual([]);
  ofRepository = "version: 1\nplan: required\n";
  for (let runs = 0; runs < 2; runs++) expect((await begin()).settings.plan).toBe("required");
  ofRepository = null;
  await source.policyFor(repositoryId, commit);
  expect(await entered()).toMatchObject([
    { type: "policy.changed", source: `outpost.policy.yaml of ${repositoryId}`, before: null, sha256: hash, taskId },
  ]);
  await begin();
  expect(await entered()).toMatchObject([{ detail: `commit ${commit}` }, { before: hash, sha256: null }]);
});

it("uses no policy whose change cannot be entered", async () => {
  await writeFile(policyFile, "version: 1\n");
  const refusing = { notePolicyFiles: () => Promise.reject(new Error("the disk is full")) };
  await expect(openSource(refusing).policyFor(null, null)).rejects.toThrow("the disk is full");
});

it("keeps files closed by what it has seen to work, and opens nothing where it has seen nothing", async () => {
  const [seen, fresh] = [openSource(), openSource()];
  ofRepository = "version: 1\nfiles:\n  - {globs: [private], access: deny, reason: ours}\n";
  await seen.policyFor(repositoryId, commit);
  ofRepository = "version: 1\nfiles: [";
  const kept = await seen.policyForRun({ repositoryId, commit, taskId });
  expect(["private/a", "src/a"].map((path) => kept.files.judge(path).access)).toEqual(["deny", "write"]);
  await expect(fresh.policyForRun({ repositoryId, commit, taskId })).rejects.toMatchObject({ code: "forbidden" });
  // Of another repository it knows nothing.
  expect((await seen.policyFor(newId("rep"), commit)).files.judge("src/a").access).toBe("deny");
  ofRepository = null;
  expect((await fresh.policyForRun({ repositoryId, commit, taskId })).shut).toBeNull();
});

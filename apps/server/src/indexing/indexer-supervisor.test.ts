import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { GitObjectId, RepositoryId } from "@outpost/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SandboxSettings } from "../configuration/sandbox-settings.ts";
import { composeHost, composeProcesses } from "../process/compose-host.ts";
import type { IndexerSupervisorOptions } from "./indexer-supervisor.ts";
import { checkoutView, runView } from "./messages.ts";
import { folderRepository, newId, openTestIndexer, snapshotView, type TestIndexer } from "./testing-indexer.ts";

let folder = "";
const opened: TestIndexer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-checkout-"));
  await chmod(folder, 0o755);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((indexer) => indexer.close()));
  await rm(folder, { recursive: true });
});

async function open(options: Partial<IndexerSupervisorOptions> = {}): Promise<TestIndexer> {
  const indexer = await openTestIndexer(options);
  opened.push(indexer);
  return indexer;
}

async function write(path: string, text: string, root = folder): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

async function shownPaths({ reader }: TestIndexer, viewId: string): Promise<string[]> {
  return [...(await reader.viewEntries(viewId))]
    .filter(([, entry]) => entry !== null)
    .map(([path]) => path)
    .sort();
}

describe("index", () => {
  it("indexes a folder in a process of its own, and says what it found", async () => {
    await write("a.py", "def f():\n    return 1\n");
    await write("logo.png", "x");
    const indexer = await open();
    const repository = folderRepository(folder);
    expect(indexer.supervisor.status(repository.id).state).toBe("absent");
    const indexing = indexer.supervisor.index(repository, { force: false });
    expect(indexer.supervisor.status(repository.id).state).toBe("indexing");
    const status = await indexing;
    expect(status).toMatchObject({
      state: "ready",
      files: 1,
      chunks: 1,
      languages: { python: 1 },
      skipped: [{ reason: "binary", files: 1, examples: ["logo.png"] }],
      progress: null,
      error: null,
    });
    expect(indexer.supervisor.status(repository.id)).toEqual(status);
    expect(indexer.supervisor.pid()).not.toBe(process.pid);
    expect(await snapshotView(indexer.reader, checkoutView(repository.id))).toMatchObject({
      complete: true,
      files: [{ path: "a.py", chunks: [{ kind: "function", symbol: "f" }] }],
    });
  });

  it("does it once more when it was asked during an index, and joins further calls", async () => {
    await write("a.txt", "a\n");
    let ended = 0;
    const indexer = await open({ onIndexed: () => ended++ });
    const repository = folderRepository(folder);
    const first = indexer.supervisor.index(repository, { force: false });
    await write("b.txt", "b\n");
    const second = indexer.supervisor.index(repository, { force: true });
    expect(indexer.supervisor.index(repository, { force: false })).toBe(second);
    expect(await second).toMatchObject({ state: "ready", files: 2 });
    expect(await first).toMatchObject({ state: "ready" });
    expect(ended).toBe(2);
  });

  it("fails with the reason, and leaves what was shown", async () => {
    await write("a.txt", "a\n");
    const indexer = await open();
    const repository = folderRepository(folder);
    await indexer.supervisor.index(repository, { force: false });
    const elsewhere = { ...repository, source: { type: "path" as const, path: join(folder, "nowhere") } };
    const failed = await indexer.supervisor.index(elsewhere, { force: false });
    expect(failed).toMatchObject({ state: "failed", files: 1, error: expect.stringContaining("nowhere") });
    expect(await shownPaths(indexer, checkoutView(repository.id))).toEqual(["a.txt"]);
  });

  it("does not begin again for a repository that is dropped while it is indexed", async () => {
    for (let i = 0; i < 30; i++) await write(`f${i}.py`, `def f${i}(): pass\n`);
    const indexer = await open();
    const repository = folderRepository(folder);
    const first = indexer.supervisor.index(repository, { force: false });
    const next = indexer.supervisor.index(repository, { force: false });
    await indexer.supervisor.drop(repository.id, []);
    expect(await first).toMatchObject({ state: "failed" });
    expect(await next).toMatchObject({ state: "failed" });
    expect(await indexer.reader.view(checkoutView(repository.id))).toBeNull();
    expect(indexer.supervisor.status(repository.id).state).toBe("absent");
  });

  it("forgets a repository that is dropped", async () => {
    await write("a.txt", "a\n");
    const indexer = await open();
    const repository = folderRepository(folder);
    await indexer.supervisor.index(repository, { force: false });
    await indexer.supervisor.drop(repository.id, []);
    expect(indexer.supervisor.status(repository.id).state).toBe("absent");
    expect(await indexer.reader.view(checkoutView(repository.id))).toBeNull();
  });
});

describe("the indexer's process", () => {
  it("ends when it was idle, and starts again when it is needed", async () => {
    await write("a.txt", "a\n");
    const indexer = await open({ idleMs: 50 });
    const repository = folderRepository(folder);
    await indexer.supervisor.index(repository, { force: false });
    for (let waited = 0; indexer.supervisor.counts().running && waited < 5_000; waited += 20) await sleep(20);
    expect(indexer.supervisor.counts()).toEqual({ running: false, restarts: 0 });
    expect(await indexer.supervisor.index(repository, { force: false })).toMatchObject({ state: "ready" });
  });

  it("is given up after it died five times without getting on", async () => {
    await write("dies.mjs", "process.exit(3);\n");
    const lost: unknown[] = [];
    const entry = { modulePath: join(folder, "dies.mjs"), execArgv: [] };
    const indexer = await open({ entry, onLost: (how) => lost.push(how) });
    const status = await indexer.supervisor.index(folderRepository(folder), { force: false });
    expect(status).toMatchObject({ state: "failed", error: expect.stringContaining("died 5 times") });
    expect(lost).toEqual(Array(5).fill({ exitCode: 3, signal: null }));
  });

  it("refuses a request that is not whole", async () => {
    const indexer = await open();
    const request = { repositoryId: newId("rep"), runId: newId("run"), baseCommit: "x" as GitObjectId, root: "/x" };
    await expect(indexer.supervisor.updateRunView(request, [])).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("ends with the server, in the middle of its work", async () => {
    for (let n = 0; n < 400; n++) await write(`f${n}.py`, `def f${n}(): pass\n`);
    const indexer = await open();
    const indexing = indexer.supervisor.index(folderRepository(folder), { force: false });
    await sleep(300);
    const pid = indexer.supervisor.pid();
    await indexer.supervisor.close();
    expect(await indexing).toMatchObject({ state: "failed", error: "the server is stopping" });
    expect(indexer.supervisor.pid()).toBeNull();
    expect(() => process.kill(pid ?? 0, 0)).toThrow("ESRCH");
  });
});

describe("the view of a run", () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: folder,
      stdio: "pipe",
    });

  async function openRun(indexer: TestIndexer) {
    const { dataDirectory } = indexer;
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "first");
    const settings = { dataDirectory, sandbox: SandboxSettings.parse({}) };
    const host = composeHost(settings, await composeProcesses(settings));
    const repository = { ...folderRepository(folder), isGit: true };
    const { headCommit } = await host.import(repository);
    if (!headCommit) throw new Error("no commit");
    const runId = newId("run");
    const worktree = await host.openWorktree({
      repository,
      taskId: newId("tsk"),
      runId,
      fence: 1,
      baseCommit: headCommit,
    });
    return {
      repository,
      worktree,
      request: { repositoryId: repository.id, runId, baseCommit: headCommit, root: worktree.root },
    };
  }

  it("shows the worktree, whatever the checkout holds meanwhile, and follows its changes", async () => {
    await write("a.py", "def a(): pass\n");
    await write("b.py", "def b(): pass\n");
    const indexer = await open();
    const { repository, worktree, request } = await openRun(indexer);
    await write("dirty.py", "def dirty(): pass\n");
    expect(await indexer.supervisor.index(repository, { force: false })).toMatchObject({ error: null, files: 3 });
    const viewId = runView(request.runId);
    await indexer.supervisor.updateRunView(request, []);
    expect(await shownThrough(indexer, repository.id, viewId)).toEqual(["a.py", "b.py"]);

    await write("new/c.py", "def c(): pass\n", worktree.root);
    await rm(join(worktree.root, "b.py"));
    await indexer.supervisor.updateRunView(request, ["new/c.py", "b.py"]);
    expect(await shownThrough(indexer, repository.id, viewId)).toEqual(["a.py", "new/c.py"]);
    expect(await shownPaths(indexer, checkoutView(repository.id))).toEqual(["a.py", "b.py", "dirty.py"]);

    await write("later.py", "def later(): pass\n");
    await indexer.supervisor.index(repository, { force: false });
    await indexer.supervisor.updateRunView(request, []);
    expect(await shownThrough(indexer, repository.id, viewId)).toEqual(["a.py", "new/c.py"]);

    await indexer.supervisor.removeRunView(request.runId);
    expect(await indexer.reader.view(viewId)).toBeNull();
  });

  it("needs an index of its repository", async () => {
    await write("a.py", "def a(): pass\n");
    const indexer = await open();
    const { request } = await openRun(indexer);
    await expect(indexer.supervisor.updateRunView(request, [])).rejects.toMatchObject({ code: "conflict" });
  });

  it("refuses paths that leave the worktree", async () => {
    await write("a.py", "def a(): pass\n");
    const indexer = await open();
    const { repository, request } = await openRun(indexer);
    await indexer.supervisor.index(repository, { force: false });
    await indexer.supervisor.updateRunView(request, []);
    for (const path of ["../x", "/etc/passwd"]) {
      await expect(indexer.supervisor.updateRunView(request, [path])).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  /** The paths of a delta over the checkout's view. */
  async function shownThrough(indexer: TestIndexer, repositoryId: RepositoryId, viewId: string) {
    const paths = new Map(await indexer.reader.viewEntries(checkoutView(repositoryId)));
    for (const [path, entry] of await indexer.reader.viewEntries(viewId)) paths.set(path, entry);
    return [...paths]
      .filter(([, entry]) => entry !== null)
      .map(([path]) => path)
      .sort();
  }
});

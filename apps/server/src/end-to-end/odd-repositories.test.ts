// Repositories in odd states, each through all of it: register, index, search, ask, change, accept. What is odd stays as it was.
import { chmod, lstat, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { indexRepository, taskEnd } from "./follow-task.ts";
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

const program = `def greeting_for(name):\n    return "hello " + name\n`;
const changed = program.replace("hello", "good day");
const instruction = `replace "hello" with "good day" in greet.py`;
const standard = { "greet.py": program, "notes.md": "# Notes\n\nWho is greeted, and how.\n" };

async function make(checkout: Promise<TempCheckout>): Promise<TempCheckout> {
  checkouts.push(await checkout);
  return checkout;
}

async function run(repositoryId: string, text: string, workflow: "ask" | "edit" = "edit") {
  const body = { repositoryId, instruction: text, workflow } as never;
  return taskEnd(server.client, (await server.client.call("submitTask", { body })).id);
}

async function accept(taskId: string) {
  return server.client.call("decideChange", { params: { taskId, revision: 1 }, body: { decision: "accept" } });
}

/** Everything, with the standard change; each step must succeed. */
async function takeThrough(checkout: TempCheckout, path = checkout.path) {
  const repository = await server.client.call("registerRepository", { body: { source: { type: "path", path } } });
  const index = await indexRepository(server.client, repository);
  expect(index).toMatchObject({ state: "ready", error: null });
  const found = await server.client.call("search", { body: { repositoryId: repository.id, query: "greeting_for" } });
  expect(found.hits.map((hit) => hit.path)).toContain("greet.py");
  expect(await run(repository.id, "Where is greeting_for?", "ask")).toMatchObject({ state: "answered" });
  const task = await run(repository.id, instruction);
  expect(task).toMatchObject({ state: "proposed", revision: 1 });
  const change = await server.client.call("getChange", { params: { taskId: task.id, revision: 1 } });
  expect(change.files.map((file) => file.path)).toEqual(["greet.py"]);
  expect(await readFile(join(path, "greet.py"), "utf8")).toContain("hello");
  expect((await accept(task.id)).task.state).toBe("applied");
  expect(await readFile(join(path, "greet.py"), "utf8")).toContain("good day");
  return { repository, index, found, task };
}

const skippedFor = (index: { skipped: { reason: string; files: number }[] }, reason: string) =>
  index.skipped.find((skip) => skip.reason === reason)?.files ?? 0;

describe.concurrent("a repository", () => {
  it("without commits works from its files", async () => {
    const checkout = await make(createTempFolder(standard));
    await checkout.git("init", "--quiet");
    const { repository } = await takeThrough(checkout);
    expect(repository).toMatchObject({ isGit: true, headCommit: null });
    expect(await checkout.git("status", "--porcelain")).toBe("?? greet.py\n?? notes.md");
  });

  it("with a commit and no file takes its first one", async () => {
    const checkout = await make(createTempCheckout());
    const repository = await register(checkout.path);
    expect(await indexRepository(server.client, repository)).toMatchObject({ state: "ready", files: 0, chunks: 0 });
    const { hits } = await server.client.call("search", { body: { repositoryId: repository.id, query: "anything" } });
    expect(hits).toEqual([]);
    expect(["answered", "finished"]).toContain((await run(repository.id, "What is here?", "ask")).state);
    const task = await run(repository.id, "create file first.txt with 'one'");
    expect(task.state).toBe("proposed");
    await accept(task.id);
    expect(await readFile(join(checkout.path, "first.txt"), "utf8")).toContain("one");
  });

  it("with nothing at all says so", async () => {
    const checkout = await make(createTempFolder());
    await checkout.git("init", "--quiet");
    const repository = await register(checkout.path);
    expect(await indexRepository(server.client, repository)).toMatchObject({ state: "ready", files: 0 });
    const task = await run(repository.id, "create file first.txt with 'one'");
    expect(task).toMatchObject({ state: "failed", outcome: { type: "failed", code: "invalid_input" } });
    expect(task.outcome).toHaveProperty("message", expect.stringMatching(/neither a commit nor a file; add one first/));
  });

  it("with a detached HEAD works from there and stays detached", async () => {
    const checkout = await make(createTempCheckout(standard));
    await checkout.write({ "notes.md": "later\n" });
    await checkout.commit("second commit");
    await checkout.git("checkout", "--quiet", "--detach", "HEAD~1");
    const head = await checkout.git("rev-parse", "HEAD");
    const { repository } = await takeThrough(checkout);
    expect(repository).toMatchObject({ headBranch: null, headCommit: head });
    expect(await checkout.git("rev-parse", "HEAD")).toBe(head);
    await expect(checkout.git("symbolic-ref", "HEAD")).rejects.toThrow();
  });

  it("that is a plain folder works, and becomes no repository", async () => {
    const checkout = await make(createTempFolder(standard));
    const { repository } = await takeThrough(checkout);
    expect(repository.isGit).toBe(false);
    expect((await readdir(checkout.path)).sort()).toEqual(["greet.py", "notes.md"]);
  });

  it("with names that hold spaces, newlines and bytes that are no UTF-8 works, and keeps them", async () => {
    const odd = {
      "two words.py": `from greet import greeting_for\n`,
      "line\nbreak.txt": "x\n",
      "-dash": "y\n",
      "ünï.txt": "z\n",
    };
    const checkout = await make(createTempFolder({ ...standard, ...odd }));
    const invalid = Buffer.concat([Buffer.from(`${checkout.path}/caf`), Buffer.from([0xe9]), Buffer.from(".txt")]);
    await writeFile(invalid, "latin\n");
    await checkout.git("init", "--quiet");
    await checkout.commit("odd names");
    const { repository, index } = await takeThrough(checkout);
    expect(index.files).toBeGreaterThanOrEqual(6);
    expect(await checkout.git("status", "--porcelain")).toBe("M greet.py");
    expect(await readFile(invalid, "utf8")).toBe("latin\n");
    await checkout.commit("accepted");
    const renamed = await run(repository.id, "rename greeting_for to salute everywhere");
    expect(renamed.state).toBe("proposed");
    await accept(renamed.id);
    expect(await readFile(join(checkout.path, "two words.py"), "utf8")).toBe("from greet import salute\n");
    expect(await checkout.git("diff", "--name-only", "-z")).toBe("greet.py\0two words.py\0");
  });

  it("with a file that may not be read says so, and works", async (context) => {
    if (process.getuid?.() === 0) context.skip("root may read everything");
    const checkout = await make(createTempCheckout({ ...standard, "closed.py": "secret = 1\n" }));
    await chmod(join(checkout.path, "closed.py"), 0o000);
    const { index } = await takeThrough(checkout);
    expect(skippedFor(index, "unreadable")).toBe(1);
  });

  it("with binary files leaves them alone", async () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, n) => (n * 7) % 256);
    const checkout = await make(createTempCheckout({ ...standard, "blob.bin": bytes, "odd.py": bytes }));
    const { repository, index } = await takeThrough(checkout);
    expect(skippedFor(index, "binary")).toBe(2);
    const task = await run(repository.id, `replace "a" with "b" in blob.bin`);
    expect(task).toMatchObject({ state: "finished" });
    expect(task.outcome).toHaveProperty("summary", expect.stringMatching(/Not done/));
    expect(new Uint8Array(await readFile(join(checkout.path, "blob.bin")))).toEqual(bytes);
  });

  it("with a submodule works around it", async () => {
    const inner = await make(createTempCheckout({ "inner.py": "def greeting_for_inner(): pass\n" }));
    const checkout = await make(createTempCheckout(standard));
    await checkout.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path, "inner");
    await checkout.commit("a submodule");
    const { index } = await takeThrough(checkout);
    expect(skippedFor(index, "submodule")).toBe(1);
    expect(await checkout.git("status", "--porcelain")).toBe("M greet.py");
  });

  it("with symlinks follows none, and keeps them", async () => {
    const checkout = await make(createTempFolder(standard));
    const links = {
      "inside.py": "greet.py",
      "outside.txt": "/etc/hostname",
      "broken.txt": "nothing",
      loop: "loop",
      up: "..",
    };
    for (const [name, target] of Object.entries(links)) await symlink(target, join(checkout.path, name));
    await checkout.git("init", "--quiet");
    await checkout.commit("links");
    const { repository, index } = await takeThrough(checkout);
    expect(index.files).toBe(2);
    expect(skippedFor(index, "symlink")).toBe(5);
    for (const [name, target] of Object.entries(links)) expect(await readlink(join(checkout.path, name))).toBe(target);
    const task = await run(repository.id, `append "x" to outside.txt`);
    expect(task.state).toBe("finished");
    expect(await checkout.git("status", "--porcelain")).toBe("M greet.py");
  });

  it("that is a linked worktree works, and its main checkout stays as it is", async () => {
    const main = await make(createTempCheckout(standard));
    const linked = await make(createTempFolder());
    await main.git("worktree", "add", "--quiet", join(linked.path, "tree"));
    await takeThrough(linked, join(linked.path, "tree"));
    expect(await main.git("status", "--porcelain")).toBe("");
    expect(await readFile(join(main.path, "greet.py"), "utf8")).toBe(program);
  });

  it("with CRLF and an executable bit keeps both", async () => {
    const checkout = await make(createTempFolder({ ...standard, "greet.py": program.replaceAll("\n", "\r\n") }));
    await chmod(join(checkout.path, "greet.py"), 0o755);
    await checkout.git("init", "--quiet");
    await checkout.commit("from elsewhere");
    await takeThrough(checkout);
    expect(await readFile(join(checkout.path, "greet.py"), "utf8")).toBe(changed.replaceAll("\n", "\r\n"));
    expect((await lstat(join(checkout.path, "greet.py"))).mode & 0o777).toBe(0o755);
  });

  it("is refused when it is only a part of one, or has no checkout; the message says what to register", async () => {
    const checkout = await make(createTempCheckout({ ...standard, "src/deep/a.py": "a = 1\n" }));
    await expect(register(join(checkout.path, "src/deep"))).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining(`register "${checkout.path}"`),
    });
    const bare = await make(createTempFolder());
    await bare.git("init", "--quiet", "--bare");
    await expect(register(bare.path)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/without a checkout/),
    });
    await expect(register(join(checkout.path, ".git"))).rejects.toMatchObject({ code: "invalid_input" });
  });
});

const register = (path: string) =>
  server.client.call("registerRepository", { body: { source: { type: "path", path } } });

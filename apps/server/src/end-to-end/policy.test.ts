// The policy from end to end: a model that tries everything on a denied file, a command that a person has to allow, one that nobody may.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskId } from "@outpost/protocol";
import { createTempRepository } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, eventsOf, registerAndIndex, submitTask, taskEnd, until } from "./follow-task.ts";
import { call } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const value = "quiet-marmot-4711";
const repositoryPolicy = `version: 1
commands:
  - { id: no-make, program: [make], verdict: deny, reason: the Makefile is not for models }
files:
  - { globs: [private], access: deny, reason: it is private }
`;
const looks = ["python3", "-c", "import os; print(sorted(os.listdir('.'))); print(open('.env').read())"];
const appends = ["python3", "-c", "open('ran.txt', 'a').write('once ')"];

const replies = [
  call("read_file", { path: ".env" }),
  call("grep_code", { pattern: value }),
  call("search_code", { query: value }),
  call("find_files", { pattern: "**/*" }),
  call("list_directory", {}),
  call("write_file", { path: ".env", content: "A=1\n" }),
  call("read_file", { path: "private/notes.md" }),
  call("run_command", { argv: ["cat", ".env"] }),
  call("run_command", { argv: looks }),
  call("run_command", { argv: ["rm", "-rf", "/"] }),
  call("write_file", { path: "outpost.policy.yaml", content: "version: 1\n" }),
  call("run_command", { argv: ["make", "all"] }),
  call("run_command", { argv: appends }),
  call("finish", { summary: "Everything was tried." }),
];

let server: ScriptedServer;
let noPolicy: string;

beforeAll(async () => {
  const files = {
    ".env": `TOKEN=${value}\n`,
    "private/notes.md": `${value}\n`,
    "outpost.policy.yaml": repositoryPolicy,
    "README.md": "# Denied\n",
    Makefile: "all:\n\techo made\n",
  };
  noPolicy = await mkdtemp(join(tmpdir(), "outpost-policy-"));
  server = await startScriptedServer(replies, { files, settings: { policyFile: join(noPolicy, "none.yaml") } });
});
afterAll(async () => {
  await server?.close();
  await rm(noPolicy, { recursive: true, force: true });
});

/** Says yes to the next question of the task, and gives what was asked about. */
async function allowNext(taskId: TaskId) {
  const approval = await until(`a question of ${taskId}`, async () => {
    const { items } = await server.client.call("listApprovals", { query: { state: "pending" } });
    return items.find((item) => item.taskId === taskId && item.subject !== null);
  });
  await server.client.call("decideApproval", { params: { approvalId: approval.id }, body: {} });
  return approval;
}

describe("the policy", () => {
  it("holds for every tool and for commands; what it asks about is run once when a person allows it", async () => {
    const instruction = "Find out the token and make the project.";
    const id = await submitTask(server, instruction);
    const first = await allowNext(id);
    const second = await allowNext(id);
    expect([first, second].map(({ subject }) => subject)).toMatchObject([
      { argv: looks, policyHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { argv: appends, rule: expect.stringContaining("built-in/") },
    ]);
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });

    const events = await allEvents(server.client, id);
    const seen = eventsOf(events, "tool.returned").map(({ observation }) => observation);
    expect(seen).toHaveLength(replies.length);
    expect(seen[0]).toMatch(/not run: ".env" is denied by the policy/);
    expect(seen[1]).toMatch(/no line holds/);
    expect(seen[3]).toMatch(/README\.md/);
    expect(seen[4]).toMatch(/README\.md/);
    for (const listing of [seen[3], seen[4]]) expect(listing).not.toMatch(/\.env|notes\.md/);
    expect(seen[5]).toMatch(/denied by the policy/);
    expect(seen[6]).toMatch(/denied by the policy: it is private/);
    expect(seen[7]).toMatch(/not run: .*\.env/);
    expect(seen[8]).toMatch(/\['Makefile', 'README.md', 'outpost.policy.yaml', 'private'\][\s\S]*No such file/);
    expect(seen[9]).toMatch(/not run: removes the repository/);
    expect(seen[10]).toMatch(/"outpost.policy.yaml" may only be read by the policy/);
    expect(seen[11]).toMatch(/not run: the Makefile is not for models/);
    expect(JSON.stringify(events)).not.toContain(`TOKEN=${value}`);

    const { policyHash } = eventsOf(events, "run.started")[0] ?? {};
    expect(policyHash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(eventsOf(events, "tool.called").map((called) => called.policyHash ?? policyHash))).toEqual(
      new Set([policyHash]),
    );
    const change = await server.client.call("getChange", { params: { taskId: id, revision: 1 } });
    expect(change.files.map(({ path }) => path).sort()).toEqual(["ran.txt"]);
    expect(JSON.stringify(change.files)).toContain("once ");
    expect(JSON.stringify(change.files)).not.toContain("once once");
    await server.ollama.finish();
  });

  it("is in the audit log with each of its changes", async () => {
    const { items } = await server.client.call("listAudit", { query: { limit: 200 } });
    const changes = items.flatMap(({ record }) => (record.type === "policy.changed" ? [record] : []));
    expect(changes).toMatchObject([
      {
        source: `outpost.policy.yaml of ${server.repository.id}`,
        before: null,
        detail: expect.stringContaining("commit "),
      },
    ]);
    expect(changes[0]?.taskId).toMatch(/^tsk_/);
  });

  it("leaves denied files out of searches from outside", async () => {
    const { hits } = await server.client.call("search", { body: { repositoryId: server.repository.id, query: value } });
    expect(hits.filter(({ path }) => /\.env|private/.test(path))).toEqual([]);
  });

  it("is shown, and explains what it would say", async () => {
    const explain = (argv: string[]) =>
      server.client.call("explainPolicy", { body: { argv, repositoryId: server.repository.id } });
    const made = await explain(["timeout", "5", "make", "all"]);
    expect(made.judgement).toMatchObject({
      verdict: "deny",
      reason: "the Makefile is not for models",
      rule: { id: "no-make", level: "repository", file: "outpost.policy.yaml", line: 3 },
    });
    expect((await explain(["git", "status"])).judgement.verdict).toBe("allow");
    const report = await server.client.call("showPolicy", { query: { repositoryId: server.repository.id } });
    expect(report.hash).toBe(made.policyHash);
    expect(report.sources.at(-1)).toMatchObject({ level: "repository", commands: 1, files: 1, problem: null });
    const checked = await server.client.call("checkPolicy", { body: { text: "version: 1\nplann: required\n" } });
    expect(checked.problems.join()).toMatch(/plann.*plan/);
  });

  it("that cannot be read opens nothing, and says so, until it is mended; what was seen to work goes on to close", async () => {
    const broken = await createTempRepository({
      "a.txt": "one\n",
      "outpost.policy.yaml": "version: 1\nfiles: [{globs: [b\n",
    });
    try {
      const other = await registerAndIndex(server.client, broken.path);
      const of = { client: server.client, repository: other };
      const id = await submitTask(of, "Look around.", { model: "rules" });
      expect(await taskEnd(server.client, id)).toMatchObject({
        state: "failed",
        outcome: { code: "forbidden", retryable: false, message: expect.stringMatching(/line \d+: .*none is opened/) },
      });
      const refused = { code: "forbidden", details: { reason: "policy" } };
      const query = { repositoryId: other.id };
      await expect(server.client.call("search", { body: { ...query, query: "one" } })).rejects.toMatchObject(refused);
      await expect(server.client.call("mapRepository", { query })).rejects.toMatchObject(refused);
    } finally {
      await broken.remove();
    }
  });
});

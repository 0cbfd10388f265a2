// Approvals over HTTP: what waits, who decides, what nobody decides in time, and a server that is started anew in between.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Approval, DecideApprovalRequest, TaskId } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { submitTask, taskEnd, until } from "../end-to-end/follow-task.ts";
import { answerByScenario, call, callsInOrder } from "../end-to-end/scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "../end-to-end/scripted-server.ts";

const scenarios = {
  asking: callsInOrder([call("ask_user", { question: "Which?" }), call("finish", { summary: "Heard." })]),
  writing: callsInOrder([
    call("write_file", { path: "made.txt", content: "made\n" }),
    call("finish", { summary: "Made." }),
  ]),
};

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(answerByScenario(scenarios));
});
afterAll(() => server?.close());

const submit = (instruction: string, more: { approvalExpiryMs?: number } = {}) => submitTask(server, instruction, more);

async function pendingOf(taskId: TaskId): Promise<Approval> {
  return until("the approval", async () => {
    const { items } = await server.client.call("listApprovals", { query: { taskId } });
    return items[0];
  });
}

const decide = (approvalId: string, body: Partial<DecideApprovalRequest>) =>
  server.client.call("decideApproval", { params: { approvalId }, body });
const lastRequest = () => JSON.stringify(server.ollama.chats.at(-1)?.body);

describe("a question", () => {
  it("is listed until it is answered, then with who answered what; the worker was free meanwhile", async () => {
    const taskId = await submit("[asking] Ask me.");
    const open = await pendingOf(taskId);
    expect(open).toMatchObject({
      kind: "question",
      question: "Which?",
      state: "pending",
      repositoryId: server.repository.id,
    });
    expect(open.expiresAtMs).toBeGreaterThan(open.requestedAtMs);
    // One worker in all: it does another task while this one waits.
    const other = await submit("[writing] Make a file.");
    expect((await taskEnd(server.client, other)).state).toBe("proposed");
    const { token } = await server.client.call("createToken", {
      body: { name: "ada", scopes: ["read", "approve"] },
    });
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const path = `/v1/approvals/${open.id}/decision`;
    const response = await server.request(path, { method: "POST", headers, body: '{"answer":"the left one"}' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ state: "accepted", by: "ada", answer: "the left one" });
    expect((await taskEnd(server.client, taskId)).state).toBe("finished");
    expect(lastRequest()).toContain("The person answered: the left one");
    expect((await server.client.call("listApprovals", { query: { taskId } })).items).toEqual([]);
    const history = await server.client.call("listApprovals", { query: { taskId, state: "all" } });
    expect(history.items).toMatchObject([{ id: open.id, by: "ada" }]);
    await expect(decide(open.id, {})).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/accepted already by "ada"/),
    });
  });

  it("cannot be remembered, and is not withdrawn by trying", async () => {
    const taskId = await submit("[asking] Ask me.");
    const { id } = await pendingOf(taskId);
    await expect(decide(id, { remember: true })).rejects.toMatchObject({ code: "invalid_input" });
    await decide(id, { accepted: false, answer: "guess" });
    expect((await taskEnd(server.client, taskId)).state).toBe("finished");
    expect(lastRequest()).toContain("declined to answer. guess");
  });

  it("that nobody answers in time is refused, and the model sees that", async () => {
    const taskId = await submit("[asking] Ask me.", { approvalExpiryMs: 1 });
    expect((await taskEnd(server.client, taskId)).state).toBe("finished");
    expect(lastRequest()).toContain("Nobody answered in time");
    const { items } = await server.client.call("listApprovals", { query: { taskId, state: "all" } });
    expect(items).toMatchObject([{ state: "expired", by: "outpost" }]);
  });

  it("of a cancelled task is withdrawn", async () => {
    const taskId = await submit("[asking] Ask me.");
    const { id } = await pendingOf(taskId);
    await server.client.call("cancelTask", { params: { taskId } });
    expect(await server.client.call("getApproval", { params: { approvalId: id } })).toMatchObject({
      state: "withdrawn",
    });
    await expect(decide(id, {})).rejects.toMatchObject({ code: "conflict" });
  });

  it("is still there, and can be answered, when the server was started anew", async () => {
    const taskId = await submit("[asking] Ask me.");
    const { id } = await pendingOf(taskId);
    server = await server.restart();
    expect((await server.client.call("listApprovals", { query: { taskId } })).items).toMatchObject([{ id }]);
    await decide(id, { answer: "the right one" });
    expect((await taskEnd(server.client, taskId)).state).toBe("finished");
    expect(lastRequest()).toContain("The person answered: the right one");
  });
});

describe("a proposed change", () => {
  it("is an approval, and accepting that applies it", async () => {
    const taskId = await submit("[writing] Make a file.");
    const open = await pendingOf(taskId);
    expect(open).toMatchObject({ kind: "change", revision: 1, question: "Made." });
    await taskEnd(server.client, taskId);
    expect(await decide(open.id, { answer: "good" })).toMatchObject({ state: "accepted", answer: "good" });
    expect(await server.client.call("getTask", { params: { taskId } })).toMatchObject({ state: "applied" });
    expect(await readFile(join(server.project.path, "made.txt"), "utf8")).toBe("made\n");
    await expect(decide(open.id, { accepted: false })).rejects.toMatchObject({ code: "conflict" });
  });
});

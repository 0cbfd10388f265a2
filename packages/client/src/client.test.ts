// Against a real HTTP server on loopback that answers as the test says and keeps what it was asked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { RepositoryId, type Task, TaskId } from "@outpost/protocol";
import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { createClient } from "./client.ts";

interface Asked {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function startServer(answer: (asked: Asked, response: ServerResponse) => void) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const one = { method: request.method, url: request.url, headers: request.headers, body };
      asked.push(one);
      answer(one, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { asked, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const sendJson = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

const taskId = TaskId.parse(`tsk_${"0".repeat(22)}`);
const repositoryId = RepositoryId.parse(`rep_${"0".repeat(22)}`);
const limits = { steps: 40, wallClockMs: 3_600_000, tokens: 2_000_000 };
const task: Task = {
  id: taskId,
  spec: {
    repositoryId,
    instruction: "x",
    workflow: "edit",
    priority: 5,
    limits,
    applyTarget: "checkout",
    base: "head",
  },
  state: "queued",
  seq: 1,
  attempt: 0,
  revision: null,
  baseCommit: null,
  outcome: null,
  createdAtMs: 1,
  updatedAtMs: 1,
  priority: 5,
  notBeforeMs: null,
  retries: 0,
  reason: null,
};
const token = `outpost_${"a".repeat(43)}`;

describe("call", () => {
  it("sends method, path, query, token and signal, and reads the reply", async () => {
    const { asked, baseUrl } = await startServer((_, response) =>
      sendJson(response, 200, { items: [task], nextCursor: null }),
    );
    const client = createClient({ baseUrl: `${baseUrl}/`, token });
    const page = await client.call("listTasks", { query: { state: "queued", limit: 5, cursor: "a/b c" } });
    expectTypeOf(page.items).toEqualTypeOf<Task[]>();
    expect(page).toEqual({ items: [task], nextCursor: null });
    expect(asked[0]).toMatchObject({ method: "GET", url: "/v1/tasks?state=queued&limit=5&cursor=a%2Fb+c", body: "" });
    expect(asked[0]?.headers).toMatchObject({ authorization: `Bearer ${token}`, accept: "application/json" });
  });

  it("sends a body and an idempotency key", async () => {
    const { asked, baseUrl } = await startServer((_, response) => sendJson(response, 201, task));
    const client = createClient({ baseUrl, token });
    const body = { repositoryId, instruction: "do it" };
    expect(await client.call("submitTask", { body, idempotencyKey: "once" })).toEqual(task);
    expect(asked[0]).toMatchObject({ method: "POST", url: "/v1/tasks", body: JSON.stringify(body) });
    expect(asked[0]?.headers).toMatchObject({ "content-type": "application/json", "idempotency-key": "once" });
  });

  it("sends an empty body where all of it is optional, and none where there is none", async () => {
    const { asked, baseUrl } = await startServer((_, response) => sendJson(response, 202, task));
    const client = createClient({ baseUrl });
    await expect(client.call("startIndex", { params: { repositoryId } })).rejects.toMatchObject({ code: "internal" });
    await client.call("cancelTask", { params: { taskId } });
    expect(asked.map((one) => [one.url, one.body, one.headers.authorization])).toEqual([
      [`/v1/repositories/${repositoryId}/index`, "{}", undefined],
      [`/v1/tasks/${taskId}/cancel`, "", undefined],
    ]);
  });

  it("keeps a path before the routes, and parameters inside of theirs", async () => {
    const { asked, baseUrl } = await startServer((_, response) => sendJson(response, 200, task));
    const client = createClient({ baseUrl: `${baseUrl}/outpost/` });
    await client.call("getTask", { params: { taskId: "../a?b#c" } });
    expect(asked[0]?.url).toBe("/outpost/v1/tasks/..%2Fa%3Fb%23c");
    for (const wrong of ["", ".", ".."]) {
      await expect(client.call("getTask", { params: { taskId: wrong } })).rejects.toMatchObject({
        code: "invalid_input",
      });
    }
  });

  it("reads the server's own error", async () => {
    const error = {
      code: "conflict",
      message: "another revision",
      retryable: false,
      requestId: "req_1",
      details: { revision: 2 },
    };
    const { baseUrl } = await startServer((_, response) => sendJson(response, 409, { error }));
    const call = createClient({ baseUrl }).call("getTask", { params: { taskId } });
    await expect(call).rejects.toMatchObject({
      name: "OutpostError",
      code: "conflict",
      message: "another revision",
      details: { revision: 2, requestId: "req_1" },
    });
  });

  it.each([
    [502, "<h1>Bad Gateway</h1>", "unavailable", true],
    [504, "", "timeout", true],
    [404, "no page here", "not_found", false],
    [401, "{}", "unauthorized", false],
    [418, '{"error":"tea"}', "invalid_input", false],
  ])("makes an error of a foreign %d", async (status, text, code, retryable) => {
    const { baseUrl } = await startServer((_, response) => response.writeHead(status).end(text));
    const failure = createClient({ baseUrl, token }).call("getStatus");
    await expect(failure).rejects.toMatchObject({
      code,
      retryable,
      message: expect.stringContaining(`answered ${status}`),
    });
    await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining(token) });
  });

  it.each([
    ["no JSON", "hello"],
    ["another thing", '{"items":3}'],
  ])("does not take %s for a reply", async (_, text) => {
    const { baseUrl } = await startServer((_, response) => response.writeHead(200).end(text));
    await expect(createClient({ baseUrl }).call("listTasks")).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("the reply to listTasks is not what the contract says"),
    });
  });

  it("says when nobody answers", async () => {
    const { baseUrl } = await startServer(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(createClient({ baseUrl }).call("getHealth")).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
      message: `no answer from ${baseUrl} (ECONNREFUSED); is the server running?`,
    });
  });

  it("says when the answer breaks off", async () => {
    const { baseUrl } = await startServer((_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("{");
      setTimeout(() => response.destroy(), 20);
    });
    await expect(createClient({ baseUrl }).call("getHealth")).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
    });
  });

  it("ends with the signal's reason", async () => {
    const { baseUrl } = await startServer(() => undefined);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 50);
    await expect(createClient({ baseUrl }).call("getHealth", { signal: controller.signal })).rejects.toThrow(
      /^enough$/,
    );
  });

  it("gets a patch as text", async () => {
    const { asked, baseUrl } = await startServer((_, response) => response.writeHead(200).end("diff --git a/a b/a\n"));
    expect(await createClient({ baseUrl }).getPatch(taskId, "latest")).toBe("diff --git a/a b/a\n");
    expect(asked[0]).toMatchObject({ url: `/v1/tasks/${taskId}/changes/latest`, headers: { accept: "text/x-diff" } });
  });

  it("uses the fetch it is given", async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (url) => {
      asked.push(String(url));
      return new Response(JSON.stringify({ status: "ok", version: "1" }));
    };
    const client = createClient({ baseUrl: "http://127.0.0.1:1", fetch });
    expect(await client.call("getHealth")).toEqual({ status: "ok", version: "1" });
    expect(asked).toEqual(["http://127.0.0.1:1/healthz"]);
  });
});

describe("createClient", () => {
  it.each([[{ baseUrl: "localhost" }], [{ baseUrl: "ftp://a" }], [{ baseUrl: "http://127.0.0.1", token: "a\nb" }]])(
    "refuses %j",
    (options) => {
      expect(() => createClient(options)).toThrow(expect.objectContaining({ code: "invalid_input" }));
    },
  );

  it("asks for what a route needs", () => {
    const client = createClient({ baseUrl: "http://127.0.0.1:1" });
    const never = () => {
      // @ts-expect-error the task is missing
      void client.call("getTask");
      // @ts-expect-error the body is missing
      void client.call("submitTask", {});
      // @ts-expect-error a state that there is not
      void client.call("listTasks", { query: { state: "lost" } });
      // @ts-expect-error a stream is no call
      void client.call("streamTaskEvents", { params: { taskId } });
    };
    expect(never).toBeTypeOf("function");
  });
});

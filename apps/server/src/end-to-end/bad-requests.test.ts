// What a server says to requests that are wrong, over real HTTP: an error with the right status and code, and words that help.
import { realpath } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import {
  ErrorBody,
  errorMappings,
  limits,
  type Repository,
  type Route,
  routes,
  type Scope,
  type TaskId,
} from "@outpost/protocol";
import { createTempRepository, type TempRepository } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { badRequests } from "./bad-request-cases.ts";
import { registerAndIndex, taskEnd } from "./follow-task.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let server: TestServer;
let project: TempRepository;
let repository: Repository;
let taskId: TaskId;

beforeAll(async () => {
  project = await createTempRepository({ "notes.txt": "one\ntwo\n", "file.txt": "x\n" });
  server = await startTestServer({ workers: 1 });
  repository = await registerAndIndex(server.client, project.path);
  const body = { repositoryId: repository.id, instruction: 'replace "one" with "1" in notes.txt' };
  taskId = (await server.client.call("submitTask", { body })).id;
  await taskEnd(server.client, taskId);
});
afterAll(async () => {
  await server?.close();
  await project?.remove();
});

describe("a request that is wrong", () => {
  it("is refused, with words that say what is wrong", async () => {
    const known = {
      repositoryId: repository.id,
      taskId,
      path: project.path,
      dataDirectory: await realpath(server.dataDirectory),
    };
    const cases = badRequests(known);
    const seen = await Promise.all(cases.map(async ([what, request, body]) => [what, ...(await ask(request, body))]));
    expect(seen.length).toBeGreaterThan(60);
    expect(seen.map(([what, code, status]) => [what, code, status])).toEqual(
      cases.map(([what, , , code]) => [what, code, errorMappings[code].httpStatus]),
    );
    for (const [index, [what, , , , says]] of cases.entries())
      expect([what, seen[index]?.[3]].join(": ")).toMatch(says);
  });

  it.each([
    ["another content type", { "content-type": "text/html" }, 400, /must be application\/json/],
    ["a content type that only begins like ours", { "content-type": "application/jsonx" }, 400, /application\/json/],
    ["an Idempotency-Key with a space", { "idempotency-key": "a b" }, 400, /Idempotency-Key/],
    ["a long Idempotency-Key", { "idempotency-key": "a".repeat(201) }, 400, /Idempotency-Key/],
  ])("in a header is refused: %s", async (_, headers, status, says) => {
    const body = JSON.stringify({ repositoryId: repository.id, instruction: "run the tests" });
    const init = { method: "POST", body, headers: { "content-type": "application/json", ...headers } };
    const response = await server.request("/v1/tasks", init);
    expect(response.status).toBe(status);
    expect(ErrorBody.parse(await response.json()).error.message).toMatch(says);
  });

  it("in its Last-Event-ID is refused", async () => {
    const response = await server.request(`/v1/tasks/${taskId}/stream`, { headers: { "last-event-id": "12; drop" } });
    expect(response.status).toBe(400);
    expect(ErrorBody.parse(await response.json()).error.message).toMatch(/Last-Event-ID "12; drop"/);
  });

  it("headers over 16 KB is refused", async () => {
    const response = await server.request("/healthz", { headers: { "x-long": "x".repeat(limits.headerBytes) } });
    expect(response.status).toBe(431);
  });
});

describe("a token", () => {
  const withToken = (path: string, token: string | null) =>
    fetch(server.url + path, { headers: token === null ? {} : { authorization: token } });
  const unknown = `Bearer outpost_${"A".repeat(43)}`;
  it.each([
    ["none", null],
    ["an unknown one", unknown],
    ["one of another shape", "Bearer admin"],
    ["another kind of credentials", "Basic YWRtaW46YWRtaW4="],
    ["an empty one", "Bearer "],
  ])("that is missing or wrong (%s) is refused", async (_, token) => {
    const response = await withToken("/v1/status", token);
    expect(response.status).toBe(401);
    expect(ErrorBody.parse(await response.json()).error.code).toBe("unauthorized");
  });

  it("that was revoked or has expired is refused from then on", async () => {
    const make = (expiresAtMs: number | null) =>
      server.client.call("createToken", { body: { name: "short", scopes: ["read"], expiresAtMs } });
    const [revoked, expired] = [await make(null), await make(Date.now() - 1)];
    expect((await withToken("/v1/status", `Bearer ${revoked.token}`)).status).toBe(200);
    await server.client.call("revokeToken", { params: { tokenId: revoked.record.id } });
    for (const [{ token }, says] of [
      [revoked, /revoked/],
      [expired, /expired/],
    ] as const) {
      const response = await withToken("/v1/status", `Bearer ${token}`);
      expect(response.status).toBe(401);
      expect(ErrorBody.parse(await response.json()).error.message).toMatch(says);
    }
    const listed = await (await server.request("/v1/tokens")).text();
    expect(listed).not.toContain(revoked.token);
  });

  it("opens no route whose scope it lacks, and nothing is open that is not meant to be", async () => {
    const scopes: Scope[] = ["read", "submit", "approve", "admin"];
    const tokens = new Map<Scope, string>();
    for (const scope of scopes) {
      const body = { name: `all but ${scope}`, scopes: scopes.filter((other) => other !== scope) };
      tokens.set(scope, (await server.client.call("createToken", { body })).token);
    }
    const open: string[] = [];
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      const path = route.path.replaceAll(/:(\w+)/g, (_, param: string) => (param === "taskId" ? taskId : "x"));
      const ask = (headers: Record<string, string>) => fetch(server.url + path, { method: route.method, headers });
      if (route.scope === null) {
        open.push(name);
        continue;
      }
      expect([name, (await ask({})).status]).toEqual([name, 401]);
      const response = await ask({ authorization: `Bearer ${tokens.get(route.scope)}` });
      expect([name, response.status]).toEqual([name, 403]);
      expect(ErrorBody.parse(await response.json()).error.message).toContain(`"${route.scope}"`);
    }
    expect(open).toEqual(["getHealth"]);
  });
});

/** Code, status and message of the refusal. */
async function ask(request: string, body: unknown): Promise<[string, number, string]> {
  const [method = "", path = ""] = request.split(" ");
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const given = body === null ? {} : { body: text, headers: { "content-type": "application/json" } };
  const response = await server.request(path, { method, ...given });
  const { error } = ErrorBody.parse(await response.json());
  expect(error.requestId).toBe(response.headers.get("x-request-id"));
  return [error.code, response.status, error.message];
}

/** `fetch` does not send these headers as they are. */
function statusWith(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const given = { authorization: `Bearer ${server.token}`, ...headers };
    const sent = httpRequest(`${server.url}/v1/status`, { headers: given }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once("error", reject);
    sent.end();
  });
}

describe("a request from elsewhere", () => {
  it.each([
    ["Host", { host: "rebound.example" }, 421],
    ["Host that only begins like ours", { host: "127.0.0.1.rebound.example" }, 421],
    ["Origin", { origin: "https://evil.example" }, 403],
    ["Origin that is opaque", { origin: "null" }, 403],
    ["Origin that only ends like ours", { origin: "http://evil-localhost" }, 403],
  ])("with a foreign %s is refused, whatever its token", async (_, headers, status) => {
    expect(await statusWith(headers)).toBe(status);
  });

  it("with our own names is served", async () => {
    const port = new URL(server.url).port;
    expect(await statusWith({ host: `localhost:${port}`, origin: `http://localhost:${port}` })).toBe(200);
    expect(await statusWith({ host: `LOCALHOST:${port}` })).toBe(200);
    expect(await statusWith({ host: `[::1]:${port}` })).toBe(200);
  });
});

describe("an Idempotency-Key", () => {
  it("that comes again gives the same task; with another body it is a conflict; at the same time there is one task", async () => {
    const submit = (instruction: string, idempotencyKey: string) =>
      server.client.call("submitTask", { body: { repositoryId: repository.id, instruction }, idempotencyKey });
    const first = await submit("run the tests", "once");
    expect((await submit("run the tests", "once")).id).toBe(first.id);
    await expect(submit("run other tests", "once")).rejects.toMatchObject({ code: "conflict" });
    const many = await Promise.all(Array.from({ length: 8 }, () => submit("run the tests", "many")));
    expect(new Set(many.map(({ id }) => id)).size).toBe(1);
  });
});

// Host × Origin × token × scope on every route, over real HTTP: what is refused, with what, and that nothing but all four being right is let in.
// And that who sends too much is told to wait.
import { request as httpRequest } from "node:http";
import { type Route, routes, type Scope } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestServer, type TestServer } from "./start-test-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const allScopes: Scope[] = ["read", "submit", "approve", "admin"];
let server: TestServer;
let port: string;
const tokens = new Map<string, string>();

beforeAll(async () => {
  server = await startTestServer({ workers: 1, allowedHosts: ["outpost.example"], requestsPerMinute: 1_000_000 });
  port = new URL(server.url).port;
  const make = async (name: string, scopes: Scope[], expiresAtMs: number | null = null) =>
    server.client.call("createToken", { body: { name, scopes, expiresAtMs } });
  for (const scope of allScopes) tokens.set(scope, (await make(scope, [scope])).token);
  tokens.set("expired", (await make("expired", allScopes, Date.now() - 1)).token);
  const revoked = await make("revoked", allScopes);
  await server.client.call("revokeToken", { params: { tokenId: revoked.record.id } });
  tokens.set("revoked", revoked.token);
  tokens.set("unknown", `outpost_${"B".repeat(43)}`);
});
afterAll(() => server?.close());

const hosts: [string, boolean][] = [
  ["127.0.0.1:PORT", true],
  ["localhost:PORT", true],
  ["OUTPOST.example", true],
  ["evil.example", false],
  ["127.0.0.1.evil.example", false],
  ["outpost.example.evil", false],
  ["[::ffff:7f00:1]", false],
];
const origins: [string | null, boolean][] = [
  [null, true],
  ["http://localhost:PORT", true],
  ["https://outpost.example", true],
  ["null", false],
  ["https://evil.example", false],
  ["https://outpost.example@evil.example", false],
  ["http://localhost.evil.example", false],
];

function ask(route: Route, given: { host: string; origin: string | null; token: string | null }): Promise<number> {
  const path = route.path.replaceAll(/:(\w+)/g, "x");
  const headers: Record<string, string> = { host: given.host.replace("PORT", port), connection: "close" };
  if (given.origin !== null) headers["origin"] = given.origin.replace("PORT", port);
  if (given.token !== null) headers["authorization"] = `Bearer ${given.token}`;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${server.url}${path}`, { method: route.method, headers }, (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    sent.once("error", reject);
    sent.end();
  });
}

describe("every route", () => {
  it("is open only to a known host, a known or no origin, and a good token with its scope", async () => {
    const seen: string[] = [];
    let asked = 0;
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      for (const [host, hostOk] of hosts)
        for (const [origin, originOk] of origins) {
          // Of the many tokens one each, so that all meet all hosts and origins over the routes.
          const who = [null, "unknown", "expired", "revoked", ...allScopes][asked % 8] ?? null;
          asked++;
          const status = await ask(route, { host, origin, token: who === null ? null : (tokens.get(who) ?? "") });
          const expected = !hostOk
            ? 421
            : !originOk
              ? 403
              : route.scope === null
                ? 200
                : who === null || !allScopes.includes(who as Scope)
                  ? 401
                  : who === route.scope
                    ? "let in"
                    : 403;
          const isRight = expected === "let in" ? ![401, 403, 421].includes(status) : status === expected;
          if (!isRight) seen.push(`${name} host=${host} origin=${origin} token=${who}: ${status}, not ${expected}`);
        }
      for (const who of [null, "unknown", "expired", "revoked", ...allScopes]) {
        const given = { host: "localhost:PORT", origin: null, token: who === null ? null : (tokens.get(who) ?? "") };
        const status = await ask(route, given);
        asked++;
        const isIn = ![401, 403, 421, 429].includes(status);
        if (isIn !== (route.scope === null || who === route.scope)) seen.push(`${name} token=${who}: ${status}`);
      }
    }
    console.info(`${asked} requests of the matrix`);
    expect(seen).toEqual([]);
  });
});

describe("who sends too much", () => {
  it("is told to wait, each token and each address alone, and health is answered all the same", async () => {
    const limited = await startTestServer({ workers: 1, requestsPerMinute: 60 });
    try {
      const statuses = async (path: string, count: number, token: string) => {
        const all = await Promise.all(
          Array.from({ length: count }, () => limited.request(path, { headers: { authorization: `Bearer ${token}` } })),
        );
        return all.map((response) => [response.status, response.headers.get("retry-after")] as const);
      };
      const { token: other } = await limited.client.call("createToken", { body: { name: "other", scopes: ["read"] } });
      const mine = await statuses("/v1/tasks", 40, limited.token);
      expect(mine.filter(([status]) => status === 429).length).toBeGreaterThan(20);
      for (const [status, after] of mine) expect(status === 429 ? Number(after) > 0 : after === null).toBe(true);
      expect((await statuses("/v1/tasks", 5, other)).map(([status]) => status)).toEqual([200, 200, 200, 200, 200]);
      const wrong = await statuses("/v1/tasks", 60, `outpost_${"C".repeat(43)}`);
      expect(wrong.filter(([status]) => status === 401).length).toBeGreaterThan(0);
      expect(wrong.filter(([status]) => status === 429).length).toBeGreaterThan(20);
      expect((await statuses("/v1/tasks", 1, other)).map(([status]) => status)).toEqual([200]);
      expect((await statuses("/healthz", 40, "x")).every(([status]) => status === 200)).toBe(true);
    } finally {
      await limited.close();
    }
  });
});

// Bytes that are no proper HTTP, over bare sockets: never a 5xx, never an end of the server, and no memory that stays.
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ChildServer, spawnTestServer } from "./start-test-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const requests = process.env["OUTPOST_FULL"] === "1" ? 100_000 : 2000;
const atOnce = 80;
const maxGrowthBytes = 120_000_000;
const replyTimeoutMs = 1000;

let server: ChildServer;
/** How a request ended whose headers never do; it runs beside the others. */
let unfinished: Promise<string>;
beforeAll(async () => {
  server = await spawnTestServer({ requestsPerMinute: 10_000_000 });
  unfinished = sendWithoutEnd();
});
afterAll(() => server?.close());

type Random = () => number;

/** A small generator of numbers that are the same in every run. */
function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length)] as Value;

function bytes(random: Random, count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(Math.floor(random() * 256))).join("");
}

const methods = [
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "get",
  "G\0T",
  "PRI",
  "x".repeat(300),
];
const paths = [
  ...[
    "/healthz",
    "/v1/status",
    "/v1/tasks",
    "/v1/tasks/%",
    "/v1/tasks/%ff%fe",
    "/../../etc/passwd",
    "//",
    "*",
    "",
    "/\0",
  ],
  ...[
    "http://127.0.0.1/v1/status",
    "https://elsewhere.example/x",
    "/v1/tasks?limit=%",
    "/v1/tasks?a=b&a=c&&=",
    "/é",
    "/ /",
  ],
  ...[
    "/v1/events?after=0x10",
    "/v1/tasks/tsk_0/stream",
    `/${"a/".repeat(500)}`,
    "/v1/search",
    "/openapi.json?x",
    "/docs#x",
  ],
];
const versions = ["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.1 x", "HTTQ/1.1", ""];
const headers = [
  ...["Host: 127.0.0.1", "Host: ", "Host: a\r\nHost: b", "Host: [::1", "Host: 127.0.0.1:99999", "Host: \x7f", ""],
  ...["Content-Length: 5", "Content-Length: -1", "Content-Length: 1e9", "Content-Length: 5\r\nContent-Length: 6"],
  ...["Transfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3", "Transfer-Encoding: xchunked"],
  ...[
    "Content-Type: application/json",
    "Content-Type: application/json; charset=\xff",
    "Expect: 100-continue",
    "Expect: x",
  ],
  ...[
    "Connection: upgrade\r\nUpgrade: websocket",
    "Connection: keep-alive",
    "Upgrade: h2c",
    "Cookie: a=b",
    ": x",
    "X",
    "X : y",
  ],
  ...[
    "Origin: null",
    "Origin: \x01",
    "Authorization: Bearer",
    "Authorization: \0",
    "Range: bytes=0-",
    " folded",
    "X: a\rb",
  ],
  ...[
    `X: ${"y".repeat(17_000)}`,
    Array.from({ length: 200 }, (_, n) => `X-${n}: y`).join("\r\n"),
    "Last-Event-ID: \xff",
  ],
];
const bodies = [
  "",
  "{}",
  "5\r\nhello\r\n0\r\n\r\n",
  "zz\r\n",
  "ffffffffffffffff\r\n",
  '{"__proto__":{"a":1}}',
  "[".repeat(5000),
  "\0",
];

/** Mostly a request with one or two things wrong, so that some get far. */
function composeRequest(random: Random): string {
  if (random() < 0.05) return bytes(random, 1 + Math.floor(random() * 400));
  const seldom = <Value>(usual: Value, others: readonly Value[], share: number): Value =>
    random() < share ? pick(random, others) : usual;
  const method = seldom(pick(random, ["GET", "GET", "POST"]), methods, 0.2);
  const line = `${method} ${pick(random, paths)} ${seldom("HTTP/1.1", versions, 0.1)}`;
  const chosen = Array.from({ length: seldom(0, [1, 2, 4], 0.5) }, () => pick(random, headers));
  const host = seldom(["Host: 127.0.0.1"], [[]], 0.15);
  const token = seldom([], [[`Authorization: Bearer ${server.token}`]], 0.5);
  const end = seldom("\r\n", ["\n", "\r"], 0.05);
  const text = [line, ...host, ...token, ...chosen, "", seldom("", bodies, 0.4)].join(end);
  if (random() < 0.1) return text.slice(0, Math.floor(random() * text.length));
  if (random() > 0.1) return text + end;
  const at = Math.floor(random() * text.length);
  return text.slice(0, at) + bytes(random, 1 + Math.floor(random() * 4)) + text.slice(at + 1);
}

/** The statuses that came back, none when the server just closed. */
function send(text: string): Promise<number[]> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let reply = "";
    const end = (): void => {
      socket.destroy();
      resolve([...reply.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((match) => Number(match[1])));
    };
    socket.setTimeout(replyTimeoutMs, end);
    socket.on("error", () => {});
    socket.on("close", end);
    socket.on("data", (chunk: Buffer) => {
      if (reply.length < 100_000) reply += chunk.toString("latin1");
    });
    socket.end(Buffer.from(text, "latin1"));
  });
}

/** What came back until the server closed the connection, which must be its doing. */
function sendWithoutEnd(): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    let reply = "";
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      reply += chunk.toString("latin1");
    });
    socket.on("end", () => {
      socket.destroy();
      resolve(reply);
    });
    socket.write("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ");
  });
}

async function memoryBytes(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

const megabytes = (count: number): string => `${(count / 1e6).toFixed(0)} MB`;

describe("a server", () => {
  it(`survives ${requests} malformed requests without a 5xx`, async () => {
    const random = createRandom(7);
    const counts = new Map<number, number>();
    const failures: string[] = [];
    let left = requests;
    const sizes: string[] = [];
    const work = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        if (left % (requests / 10) === 0) sizes.push(megabytes(await memoryBytes()));
        const text = composeRequest(random);
        for (const status of await send(text)) {
          counts.set(status, (counts.get(status) ?? 0) + 1);
          if (status >= 500) failures.push(`${status}: ${JSON.stringify(text.slice(0, 300))}`);
        }
      }
    };
    const before = await memoryBytes();
    await Promise.all(Array.from({ length: atOnce }, work));
    const growth = (await memoryBytes()) - before;
    const shown = [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    console.info(`${requests} requests; ${shown.join(", ")}; memory grew by ${megabytes(growth)}: ${sizes.join(", ")}`);
    expect(failures.slice(0, 5)).toEqual([]);
    expect(counts.get(400) ?? 0).toBeGreaterThan(requests / 10);
    expect(counts.get(200) ?? 0).toBeGreaterThan(0);
    expect(growth).toBeLessThan(maxGrowthBytes);
    expect(await server.client.call("getHealth")).toMatchObject({ status: "ok" });
    expect(await server.client.call("listTasks")).toEqual({ items: [], nextCursor: null });
  }, 3_600_000);

  it("ends a request whose headers never do", async () => {
    expect(await unfinished).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("that is asked without a Host refuses", async () => {
    expect(await send("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")).toEqual([400]);
    expect(await send("GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n")).not.toContain(200);
  });
});

// Bytes that are no proper HTTP, over bare sockets: never a 5xx, never an end of the server, and little memory.
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bundleServer } from "./bundled-server.ts";
import { composeRequest, createRandom } from "./malformed-bytes.ts";
import { type ChildServer, spawnTestServer } from "./start-test-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const requests = process.env["OUTPOST_FULL"] === "1" ? 100_000 : 2000;
const atOnce = 80;
/** Of the bundled server, from its start on. */
const maxPeakBytes = 200_000_000;
const replyTimeoutMs = 1000;

let server: ChildServer;
/** How a request ended whose headers never do; it runs beside the others. */
let unfinished: Promise<string>;
beforeAll(async () => {
  server = await spawnTestServer({ requestsPerMinute: 10_000_000 }, bundleServer());
  unfinished = sendWithoutEnd();
});
afterAll(() => server?.close());

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

async function memoryBytes(what: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, "utf8");
  return Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
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
        if (left % (requests / 10) === 0) sizes.push(megabytes(await memoryBytes("VmRSS")));
        const text = composeRequest(random, server.token);
        for (const status of await send(text)) {
          counts.set(status, (counts.get(status) ?? 0) + 1);
          if (status >= 500) failures.push(`${status}: ${JSON.stringify(text.slice(0, 300))}`);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const peak = await memoryBytes("VmHWM");
    const shown = [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    console.info(`${requests} requests; ${shown.join(", ")}; memory at most ${megabytes(peak)}: ${sizes.join(", ")}`);
    expect(failures.slice(0, 5)).toEqual([]);
    expect(counts.get(400) ?? 0).toBeGreaterThan(requests / 10);
    expect(counts.get(200) ?? 0).toBeGreaterThan(0);
    expect(peak).toBeLessThan(maxPeakBytes);
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

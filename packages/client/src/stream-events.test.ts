// Streams from a real HTTP server on loopback that breaks in every way a test asks for.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type EventEnvelope, RepositoryId, type Task, TaskId } from "@outpost/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { createClient } from "./client.ts";
import type { StreamItem } from "./stream-events.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const taskId = TaskId.parse(`tsk_${"0".repeat(22)}`);
const repositoryId = RepositoryId.parse(`rep_${"0".repeat(22)}`);
const limits = { steps: 40, wallClockMs: 3_600_000, tokens: 2_000_000 };
const spec: Task["spec"] = {
  repositoryId,
  instruction: "x",
  workflow: "edit",
  priority: 5,
  limits,
  applyTarget: "checkout",
  base: "head",
};

const eventOf = (seq: number): EventEnvelope => ({
  version: 1,
  position: seq + 100,
  taskId,
  seq,
  atMs: 1,
  event: { type: "message.added", text: `message ${seq}`, by: "me" },
});
const frame = (seq: number) => `id: ${seq}\nevent: event\ndata: ${JSON.stringify(eventOf(seq))}\n\n`;
const delta = (text: string) => `event: delta\ndata: ${JSON.stringify({ taskId, step: 1, kind: "content", text })}\n\n`;

/** One script per connection, in order; the task has ended once `lastSeq` is reached. Fails the test when the scripts run dry. */
async function startServer(scripts: ((response: ServerResponse) => void)[], task: Pick<Task, "state" | "seq">) {
  const streams: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    if (!request.url?.includes("/stream")) {
      const rest = { attempt: 1, revision: null, baseCommit: null, outcome: null, createdAtMs: 1, updatedAtMs: 1 };
      response.end(JSON.stringify({ id: taskId, spec, ...rest, ...task }));
      return;
    }
    streams.push(request);
    const script = scripts[streams.length - 1];
    if (script) script(response);
    else response.writeHead(500).end("the script ran dry");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { streams, client: createClient({ baseUrl, reconnect: { firstDelayMs: 5, maxDelayMs: 20, maxAttempts: 4 } }) };
}

const send =
  (...parts: string[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const part of parts) response.write(part);
    response.end();
  };
const breakAfter =
  (...parts: string[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(parts.join(""), () => setTimeout(() => response.destroy(), 20));
  };

async function collect(stream: AsyncGenerator<StreamItem>): Promise<(number | string)[]> {
  const seen: (number | string)[] = [];
  for await (const item of stream) seen.push(item.kind === "event" ? item.envelope.seq : item.delta.text);
  return seen;
}

describe("streamTaskEvents", () => {
  it("gives events and deltas in order and ends with the task", async () => {
    const script = send(": hello\n\n", frame(1), delta("a"), delta("b"), frame(2));
    const { streams, client } = await startServer([script], { state: "answered", seq: 2 });
    expect(await collect(client.streamTaskEvents(taskId))).toEqual([1, "a", "b", 2]);
    expect(streams[0]?.url).toBe(`/v1/tasks/${taskId}/stream?after=0`);
    expect(streams[0]?.headers["last-event-id"]).toBeUndefined();
    expect(streams[0]?.headers.accept).toBe("text/event-stream");
  });

  it("comes back after breaks, says where it was, and repeats nothing", async () => {
    const scripts = [
      breakAfter(frame(1), frame(2), frame(3).slice(0, 40)),
      (response: ServerResponse) => response.destroy(),
      (response: ServerResponse) => response.writeHead(503).end(),
      send(frame(2), frame(3), delta("x")),
      send(frame(1), frame(2), frame(3), frame(4)),
    ];
    const { streams, client } = await startServer(scripts, { state: "proposed", seq: 4 });
    expect(await collect(client.streamTaskEvents(taskId))).toEqual([1, 2, 3, "x", 4]);
    expect(streams.map((request) => request.headers["last-event-id"])).toEqual([undefined, "2", "2", "2", "3"]);
    expect(streams.at(-1)?.url).toContain("after=3");
  });

  it("tells of each attempt to come back", async () => {
    const scripts = [
      breakAfter(frame(1)),
      (response: ServerResponse) => response.destroy(),
      send(frame(2)),
      (response: ServerResponse) => response.destroy(),
      send(frame(3)),
    ];
    const { client } = await startServer(scripts, { state: "answered", seq: 3 });
    let breaks = 0;
    const onReconnecting = () => void breaks++;
    expect(await collect(client.streamTaskEvents(taskId, { onReconnecting }))).toEqual([1, 2, 3]);
    expect(breaks).toBe(3);
  });

  it("starts behind `after`", async () => {
    const { streams, client } = await startServer([send(frame(7), frame(8))], { state: "answered", seq: 8 });
    expect(await collect(client.streamTaskEvents(taskId, { after: 7 }))).toEqual([8]);
    expect(streams[0]?.headers["last-event-id"]).toBe("7");
  });

  it("connects again when an event is missing between two", async () => {
    const { client } = await startServer([send(frame(1), frame(3)), send(frame(2), frame(3))], {
      state: "answered",
      seq: 3,
    });
    expect(await collect(client.streamTaskEvents(taskId))).toEqual([1, 2, 3]);
  });

  it("gives up after its attempts, with the last failure", async () => {
    const refuse = (response: ServerResponse) => response.writeHead(503).end();
    const { streams, client } = await startServer([refuse, refuse, refuse, refuse, refuse], {
      state: "running",
      seq: 9,
    });
    await expect(collect(client.streamTaskEvents(taskId))).rejects.toMatchObject({ code: "unavailable" });
    expect(streams).toHaveLength(4);
  });

  it("gives up on a stream that keeps ending while the task goes on", async () => {
    const { streams, client } = await startServer([send(), send(), send(), send(), send()], {
      state: "running",
      seq: 9,
    });
    await expect(collect(client.streamTaskEvents(taskId))).rejects.toThrow("ended 4 times without an event");
    expect(streams).toHaveLength(4);
  });

  it.each([
    ["the server says no", (response: ServerResponse) => response.writeHead(404).end(), { code: "not_found" }],
    [
      "it is no stream",
      (response: ServerResponse) => response.writeHead(200, { "content-type": "text/html" }).end("hi"),
      { code: "internal" },
    ],
    ["an event is not one", send("event: event\ndata: {}\n\n"), { code: "internal" }],
  ])("does not try again when %s", async (_, script, error) => {
    const { streams, client } = await startServer([script], { state: "running", seq: 9 });
    await expect(collect(client.streamTaskEvents(taskId))).rejects.toMatchObject(error);
    expect(streams).toHaveLength(1);
  });

  it("passes over frames it does not know", async () => {
    const script = send("event: later\ndata: {}\n\n", "data: plain\n\n", frame(1));
    const { client } = await startServer([script], { state: "answered", seq: 1 });
    expect(await collect(client.streamTaskEvents(taskId))).toEqual([1]);
  });

  it("ends with the signal's reason, also while it waits", async () => {
    const open = (response: ServerResponse) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(frame(1));
    };
    const { client } = await startServer([open], { state: "running", seq: 9 });
    const controller = new AbortController();
    const stream = client.streamTaskEvents(taskId, { signal: controller.signal });
    expect((await stream.next()).value).toMatchObject({ kind: "event" });
    setTimeout(() => controller.abort(new Error("enough")), 30);
    await expect(stream.next()).rejects.toThrow(/^enough$/);
  });

  it("closes the connection when the reader leaves", async () => {
    let closed: (() => void) | undefined;
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const open = (response: ServerResponse) => {
      response.on("close", () => closed?.());
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(frame(1) + frame(2));
    };
    const { client } = await startServer([open], { state: "running", seq: 9 });
    for await (const item of client.streamTaskEvents(taskId)) {
      expect(item).toMatchObject({ kind: "event", envelope: { seq: 1 } });
      break;
    }
    await isClosed;
  });
});

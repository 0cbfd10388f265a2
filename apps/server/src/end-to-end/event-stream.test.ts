// A task's events over SSE: whoever comes back with Last-Event-ID or ?after= gets the rest, nothing twice and nothing left out; and
// connections that are dropped leave nothing behind.
import { EventEnvelope, limits, type TaskId } from "@outpost/protocol";
import type { OllamaTestAnswer } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, submitTask, taskEnd, until } from "./follow-task.ts";
import { answerByScenario, call, type Scenario } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const disconnects = process.env["OUTPOST_FULL"] === "1" ? 1000 : 20;
const answer = "I look at the file once more, to be quite sure of what it says now.";

let server: ScriptedServer;

beforeAll(async () => {
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${n}.txt`, `${n}\n`]));
  const scenarios: Record<string, Scenario<OllamaTestAnswer>> = {
    // Each step reads another file, so that nothing looks like repetition.
    long: ({ answersBefore }) =>
      answersBefore < 12
        ? { content: answer, ...call("read_file", { path: `f${answersBefore}.txt` }), delayBeforeHeadersMs: 60 }
        : call("finish", { summary: "Done." }),
    stalled: () => ({ content: answer, fault: { type: "stall", afterChunks: 1 } }),
  };
  // A task takes thirteen replies, and some connections break before it has ended.
  const replies = answerByScenario(scenarios, 300 + 15 * disconnects);
  server = await startScriptedServer(replies, { files, settings: { windowTokens: 32_768 } });
});
afterAll(() => server?.close());

const submit = (scenario = "long") => submitTask(server, `[${scenario}] Read all of it.`);

interface Frames {
  events: EventEnvelope[];
  deltas: number;
  /** The server ended the stream. */
  ended: boolean;
}

/** What one connection gives until it has lasted `maxMs`, `maxEvents` came or the server ends it. A frame that was cut does not count. */
async function readStream(
  path: string,
  headers: Record<string, string>,
  maxMs: number,
  maxEvents = 10_000,
): Promise<Frames> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), maxMs);
  const frames: Frames = { events: [], deltas: 0, ended: false };
  let text = "";
  try {
    const response = await server.request(path, { headers, signal: abort.signal });
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString("utf8");
      const whole = text.split("\n\n");
      text = whole.pop() ?? "";
      const isOfAll = path.startsWith("/v1/events/");
      for (const frame of whole) readFrame(frame, frames, ({ seq, position }) => (isOfAll ? position : seq));
      if (frames.events.length >= maxEvents) return frames;
    }
    frames.ended = true;
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  return frames;
}

function readFrame(frame: string, frames: Frames, idOf: (envelope: EventEnvelope) => number): void {
  const fields = new Map(
    frame.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
  );
  if (fields.get("event") === "delta") {
    expect(fields.has("id")).toBe(false);
    frames.deltas += 1;
  }
  if (fields.get("event") !== "event") return;
  const envelope = EventEnvelope.parse(JSON.parse(fields.get("data") ?? ""));
  expect(fields.get("id")).toBe(String(idOf(envelope)));
  frames.events.push(envelope);
}

describe("the stream of everything", () => {
  it(`gives each of several clients every event once and in order over ${disconnects} connections that break at random`, async () => {
    const clients = 5;
    let broken = 0;
    let isOver = false;
    const listen = async (client: number): Promise<EventEnvelope[]> => {
      const seen: EventEnvelope[] = [];
      const more = async (maxMs: number): Promise<void> => {
        const last = seen.at(-1)?.position ?? 0;
        const isByHeader = (broken + client) % 2 === 0;
        const path = `/v1/events/stream${isByHeader ? "" : `?after=${last}`}`;
        const headers: Record<string, string> = isByHeader ? { "last-event-id": String(last) } : {};
        seen.push(...(await readStream(path, headers, maxMs)).events);
        broken += 1;
      };
      while (!isOver) await more(20 + Math.random() * 150);
      // What was appended meanwhile is given at once; then the stream stands.
      const { items } = await server.client.call("listEvents", { query: { after: seen.at(-1)?.position ?? 0 } });
      while ((seen.at(-1)?.position ?? 0) < (items.at(-1)?.position ?? 0)) await more(1000);
      return seen;
    };
    const listeners = Array.from({ length: clients }, (_, client) => listen(client));
    do {
      const id = await submit();
      await taskEnd(server.client, id);
    } while (broken < disconnects);
    isOver = true;
    const all = await everyEvent();
    for (const seen of await Promise.all(listeners)) expect(seen).toEqual(all);
    expect(all.length).toBeGreaterThan(50);
  }, 900_000);

  it("prefers Last-Event-ID, has no deltas, and lets go when nobody reads any more", async () => {
    await taskEnd(server.client, await submit());
    const all = await everyEvent();
    const half = all[Math.floor(all.length / 2)]?.position ?? 0;
    const { events, deltas, ended } = await readStream(
      "/v1/events/stream?after=1",
      { "last-event-id": String(half) },
      1500,
    );
    expect(events).toEqual(all.filter(({ position }) => position > half));
    expect([deltas, ended]).toEqual([0, false]);
    expect((await server.request("/v1/events/stream", { headers: { "last-event-id": "x" } })).status).toBe(400);
  });
});

async function everyEvent(): Promise<EventEnvelope[]> {
  const all: EventEnvelope[] = [];
  for (;;) {
    const query = { after: all.at(-1)?.position ?? 0, limit: 200 };
    const { items } = await server.client.call("listEvents", { query });
    all.push(...items);
    if (items.length < 200) return all;
  }
}

describe("the stream of a task", () => {
  it(`gives each event once and in order over ${disconnects} connections that break at random`, async () => {
    const seen: EventEnvelope[] = [];
    let broken = 0;
    let deltas = 0;
    while (broken < disconnects) {
      seen.length = 0;
      const id = await submit();
      for (let ended = false; !ended; ) {
        const last = seen.at(-1)?.seq ?? 0;
        const isByHeader = broken % 2 === 0;
        const path = `/v1/tasks/${id}/stream${isByHeader ? "" : `?after=${last}`}`;
        const headers: Record<string, string> = isByHeader && last > 0 ? { "last-event-id": String(last) } : {};
        const frames = await readStream(path, headers, broken < disconnects ? 20 + Math.random() * 120 : 30_000);
        seen.push(...frames.events);
        deltas += frames.deltas;
        ended = frames.ended;
        if (!ended) broken += 1;
      }
      expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 1));
      expect(seen).toEqual(await allEvents(server.client, id));
      expect(seen.at(-1)?.event.type).toBe("run.finished");
    }
    expect(deltas).toBeGreaterThan(0);
  }, 600_000);

  it("prefers Last-Event-ID, takes a position ahead of the end, and ends at once for a task that has ended", async () => {
    const id = await submit();
    const { seq } = await taskEnd(server.client, id);
    const path = `/v1/tasks/${id}/stream`;
    const after = async (query: string, headers: Record<string, string> = {}) => {
      const { events, ended } = await readStream(path + query, headers, 5000);
      return [events[0]?.seq, events.length, ended];
    };
    expect(await after("")).toEqual([1, seq, true]);
    expect(await after("?after=1", { "last-event-id": "3" })).toEqual([4, seq - 3, true]);
    expect(await after(`?after=${seq}`)).toEqual([undefined, 0, true]);
    expect(await after("?after=999999")).toEqual([undefined, 0, true]);
  });

  it("through the client gives the same, with the pieces of the answer between", async () => {
    const id = await submit();
    const seqs: number[] = [];
    let text = "";
    for await (const item of server.client.streamTaskEvents(id)) {
      if (item.kind === "event") seqs.push(item.envelope.seq);
      else text += item.delta.text;
    }
    expect(seqs).toEqual((await allEvents(server.client, id)).map(({ seq }) => seq));
    expect(text).toContain(answer);
  });

  it("leaves nothing behind when it is dropped: more than may be open at once, one after the other", async () => {
    const id = await submit("stalled");
    for (const method of ["GET", "HEAD"]) {
      for (let count = 0; count < limits.sseStreams + 6; count++) {
        const abort = new AbortController();
        const response = await server.request(`/v1/tasks/${id}/stream?after=999999`, { method, signal: abort.signal });
        expect([method, count, response.status]).toEqual([method, count, 200]);
        abort.abort();
      }
    }
    await cancel(id);
  });

  it("is refused beyond the limit, and there again when others have gone", async () => {
    const id = await submit("stalled");
    const path = `/v1/tasks/${id}/stream?after=999999`;
    const aborts = Array.from({ length: limits.sseStreams }, () => new AbortController());
    // Streams of the test before may still be on their way out.
    await until("all the streams there are", async () => (await statusOf(path)) === 200 || undefined);
    const responses = await Promise.all(aborts.map(({ signal }) => server.request(path, { signal })));
    expect(responses.filter(({ status }) => status !== 200)).toEqual([]);
    const refused = await server.request(path);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ error: { code: "limit_exceeded", retryable: true } });
    for (const abort of aborts) abort.abort();
    await until("a free stream", async () => (await statusOf(path)) === 200 || undefined);
    await cancel(id);
  });
});

async function statusOf(path: string): Promise<number> {
  const abort = new AbortController();
  const { status } = await server.request(path, { signal: abort.signal });
  abort.abort();
  return status;
}

async function cancel(taskId: TaskId): Promise<void> {
  await server.client.call("cancelTask", { params: { taskId } });
  expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "cancelled" });
}

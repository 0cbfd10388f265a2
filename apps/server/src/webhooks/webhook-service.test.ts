// Webhooks against a real receiver: signed, in order, again after a failure and after a restart, never to an address that nobody named.
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import { type TaskId, TaskSpec, WebhookBody } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";
import { createTestIds, plainRepository } from "@outpost/testkit";
import pino from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Webhook } from "../configuration/webhook-settings.ts";
import { openCursorFile } from "./cursor-file.ts";
import { startWebhooks, type WebhookService } from "./webhook-service.ts";

vi.setConfig({ testTimeout: 60_000 });

const secret = "a secret of some length";
let folder = "";
let store: TaskStore;
let taskId: TaskId;
let receiver: Server;
let port = 0;
let services: WebhookService[] = [];
let taken: WebhookBody[] = [];
let asked = 0;
/** What the receiver answers, by how often it was asked before. */
let answer: (before: number) => number = () => 204;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-webhooks-"));
  await writeFile(join(folder, "secret"), `${secret}\n`);
  store = await openSqliteTaskStore({ path: join(folder, "tasks.db") });
  const newId = createTestIds();
  const repositoryId = newId("rep");
  await store.createRepository(plainRepository(repositoryId));
  const spec = TaskSpec.parse({ repositoryId, instruction: "do it" });
  taskId = (await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs: 1 })).task.id;
  taken = [];
  asked = 0;
  answer = () => 204;
  receiver = createServer((request, response) => {
    void readBody(request).then((body) => {
      const status = answer(asked++);
      if (status < 300) taken.push(check(request, body));
      response.writeHead(status, status === 302 ? { location: `http://127.0.0.1:${port}/elsewhere` } : {}).end();
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  port = (receiver.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const service of services) await service.close();
  services = [];
  receiver.close();
  receiver.closeAllConnections();
  await store.close();
  await rm(folder, { recursive: true });
});

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += (chunk as Buffer).toString();
  return text;
}

/** As a receiver should. */
function check({ headers }: IncomingMessage, text: string): WebhookBody {
  const timestamp = String(headers["outpost-timestamp"]);
  expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(60);
  const expected = `v1=${createHmac("sha256", secret).update(`${timestamp}.${text}`).digest("hex")}`;
  expect(timingSafeEqual(Buffer.from(String(headers["outpost-signature"])), Buffer.from(expected))).toBe(true);
  const body = WebhookBody.parse(JSON.parse(text));
  expect([headers["outpost-delivery"], headers["outpost-event"]]).toEqual([String(body.position), body.type]);
  return body;
}

function start(url = `http://127.0.0.1:${port}/hook?key=1`, settings: object = { allowPrivate: true }): WebhookService {
  const webhook = Webhook.parse({ url, secretFile: join(folder, "secret"), events: ["message.added"], ...settings });
  const service = startWebhooks({
    ...{ webhooks: [webhook], store, nowMs: Date.now, onSecret: () => {}, retryDelaysMs: [1, 1, 1] },
    ...{ cursors: openCursorFile(join(folder, "webhooks.json")), logger: pino({ level: "silent" }) },
  });
  services.push(service);
  return service;
}

async function say(service: WebhookService | null, ...texts: string[]): Promise<void> {
  const events = texts.map((text) => ({ type: "message.added" as const, text, by: "ada" }));
  await store.append({ taskId, expectedSeq: "any", fence: null, events, nowMs: 2 });
  service?.wake();
}

const texts = (): string[] =>
  taken.map(({ event, position }) => (event?.type === "message.added" ? event.text : `cut at ${position}`));
const wait = (service: WebhookService, has: () => boolean) =>
  vi.waitFor(
    () => {
      service.wake();
      if (!has()) throw new Error(`not yet: ${JSON.stringify([texts(), service.list()])}`);
    },
    { timeout: 30_000, interval: 20 },
  );

it("tells of what happens from now on, signed and in order, and goes on after a restart with what it missed", async () => {
  await say(null, "before there was a webhook");
  const service = start();
  await wait(service, () => (service.list()[0]?.position ?? -1) > 0);
  await say(service, "one", "two", "three");
  await wait(service, () => service.list()[0]?.delivered === 3);
  expect(taken[0]).toMatchObject({ taskId, type: "message.added", taskState: "queued", seq: 3 });
  expect(service.list()[0]).toMatchObject({
    url: `http://127.0.0.1:${port}/hook`,
    delivered: 3,
    givenUp: 0,
    lastError: null,
  });
  await service.close();
  await say(null, "while it was down");
  const again = start();
  await wait(again, () => again.list()[0]?.delivered === 4);
  expect(texts()).toEqual(["one", "two", "three", "while it was down"]);
});

it("tries again, gives one up after its attempts, and holds nothing back for it", async () => {
  const service = start();
  await wait(service, () => (service.list()[0]?.position ?? -1) > 0);
  // The first fails twice, the second always; a redirect is a failure like another.
  answer = (before) => (before < 2 ? 500 : before < 3 ? 204 : before < 7 ? 302 : 204);
  await say(service, "patience", "lost", "after it");
  await wait(service, () => service.list()[0]?.delivered === 2);
  expect(texts()).toEqual(["patience", "after it"]);
  expect(asked).toBe(3 + 4 + 1);
  expect(service.list()[0]).toMatchObject({ delivered: 2, givenUp: 1 });
});

it("cuts what is too large, and says where it is whole", async () => {
  const service = start();
  await wait(service, () => (service.list()[0]?.position ?? -1) > 0);
  await say(service, "x".repeat(400_000));
  await wait(service, () => taken.length === 1);
  expect(taken[0]).toMatchObject({ event: null, type: "message.added", seq: 2 });
});

it.each(["http://127.0.0.1:PORT/", "http://localhost:PORT/", "http://[::1]:PORT/", "http://[::ffff:127.0.0.1]:PORT/"])(
  "does not speak to %s when nobody said that it may",
  async (url) => {
    const service = start(url.replace("PORT", String(port)), {});
    await wait(service, () => (service.list()[0]?.position ?? -1) > 0);
    await say(service, "secret plans");
    await wait(service, () => service.list()[0]?.givenUp === 1);
    expect([asked, service.list()[0]?.lastError]).toEqual([0, expect.stringContaining("not a public address")]);
  },
);

it("does not start with a secret that is none", async () => {
  await writeFile(join(folder, "secret"), "short");
  expect(() => start()).toThrow(/has 5 characters; give it at least 16/);
});

it("says that events were removed before they could be sent, and goes on", async () => {
  const first = start();
  // The first look is at what there is already.
  await wait(first, () => first.list()[0]?.position === 1);
  await say(first, "one");
  await wait(first, () => taken.length === 1);
  await first.close();
  await say(null, "two", "three");
  const { spec } = await store.getTask(taskId);
  await store.append({
    ...{ taskId, expectedSeq: "any", fence: null, nowMs: 3 },
    events: [{ type: "task.cancel_requested", by: "ada" }],
  });
  const query = { nowMs: 1e12, endedBeforeMs: 1e12, keptTasks: 100, surplusBeforeMs: 1e12, limit: 10 };
  await store.removeTasks(await store.listRemovable(query), 100, 1e12);
  taskId = (await store.createTask({ taskId: `${taskId.slice(0, -1)}z` as TaskId, spec, by: "ada", nowMs: 4 })).task.id;
  await say(null, "four");
  const second = start();
  await wait(second, () => texts().includes("four"));
  expect(texts()).toEqual(["one", "four"]);
  expect(second.list()).toMatchObject([{ removedThrough: 5, delivered: 2, givenUp: 0 }]);
});

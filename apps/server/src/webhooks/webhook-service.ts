// Tells the configured addresses of events: in commit order, each at least once, over restarts. One delivery at a time for each webhook, so
// that one that does not answer holds up no other. Bounded: the log is the queue, a delivery is given up after its attempts, a body is cut.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { TaskStore } from "@outpost/core";
import {
  type EventEnvelope,
  isOutpostError,
  OutpostError,
  type WebhookBody,
  type WebhookState,
} from "@outpost/protocol";
import type { Logger } from "pino";
import type { Webhook } from "../configuration/webhook-settings.ts";
import type { CursorFile } from "./cursor-file.ts";
import { postJson } from "./post-json.ts";
import { signBody } from "./signature.ts";

export interface WebhookPorts {
  webhooks: readonly Webhook[];
  store: Pick<TaskStore, "readAllEvents" | "getTask" | "positionBefore" | "getRemovedThrough">;
  cursors: CursorFile;
  nowMs: () => number;
  logger: Logger;
  /** The secrets are told to whoever keeps secrets out of logs and events. */
  onSecret(secret: string): void;
  /** Waits before the attempts after the first. Default: from a second to an hour, a day in all. */
  retryDelaysMs?: readonly number[];
}

export interface WebhookService {
  list(): WebhookState[];
  /** Something was appended. */
  wake(): void;
  close(): Promise<void>;
}

const minuteMs = 60_000;
/** A day and a half in all. */
const usualDelaysMs = [
  1_000,
  5_000,
  30_000,
  2 * minuteMs,
  10 * minuteMs,
  ...Array.from({ length: 36 }, () => 60 * minuteMs),
];
const pageEvents = 100;
const pollMs = 5_000;
const maxBodyBytes = 256_000;
/** Events that are passed over are noted this seldom. */
const noteEvery = 500;

/** Throws `invalid_input` for a secret that cannot be read. Begins at once. */
export function startWebhooks(ports: WebhookPorts): WebhookService {
  const closing = new AbortController();
  const wakers = new Set<() => void>();
  const followers = ports.webhooks.map((webhook) =>
    follow(webhook, readSecret(webhook, ports), ports, { closing, wakers }),
  );
  return {
    list: () => followers.map(({ state }) => state()),
    wake: () => {
      for (const wake of wakers) wake();
    },
    async close() {
      closing.abort();
      await Promise.all(followers.map(({ ended }) => ended));
    },
  };
}

function readSecret({ secretFile }: Webhook, ports: WebhookPorts): string {
  const secret = readText(secretFile);
  if (secret.length < 16)
    throw new OutpostError(
      "invalid_input",
      `the secret of a webhook in "${secretFile}" has ${secret.length} characters; give it at least 16 (openssl rand -hex 32)`,
    );
  ports.onSecret(secret);
  return secret;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new OutpostError("invalid_input", `the secret of a webhook in "${path}" cannot be read`, { cause });
  }
}

interface Surroundings {
  closing: AbortController;
  wakers: Set<() => void>;
}

function follow(webhook: Webhook, secret: string, ports: WebhookPorts, { closing, wakers }: Surroundings) {
  const { store, cursors, nowMs, logger } = ports;
  const delays = ports.retryDelaysMs ?? usualDelaysMs;
  const signal = closing.signal;
  const url = withoutQuery(webhook.url);
  const wanted = new Set(webhook.events);
  const now = {
    attempts: 0,
    lastError: null as string | null,
    nextAttemptAtMs: null as number | null,
    removedThrough: null as number | null,
  };
  let cursor = cursors.read(webhook.url) ?? { position: -1, delivered: 0, givenUp: 0 };

  function note(position: number, add: "delivered" | "givenUp" | null): void {
    cursor = { ...cursor, position, ...(add ? { [add]: cursor[add] + 1 } : {}) };
    cursors.write(webhook.url, cursor);
  }

  /** Until it was taken or given up. */
  async function deliver(envelope: EventEnvelope): Promise<void> {
    for (now.attempts = 1; ; now.attempts++) {
      try {
        await post(envelope);
        Object.assign(now, { lastError: null, nextAttemptAtMs: null });
        return note(envelope.position, "delivered");
      } catch (error) {
        if (signal.aborted) throw error;
        now.lastError = (error as Error).message;
        // Removed with its task while it waited: nothing will bring it back.
        if (isOutpostError(error) && error.code === "not_found") return note(envelope.position, "givenUp");
        const delayMs = delays[now.attempts - 1];
        if (delayMs === undefined) {
          logger.error({ url, position: envelope.position, error: now.lastError }, "webhook.given_up");
          return note(envelope.position, "givenUp");
        }
        now.nextAttemptAtMs = nowMs() + delayMs;
        await sleep(delayMs, undefined, { signal });
      }
    }
  }

  async function post(envelope: EventEnvelope): Promise<void> {
    const body = await composeBody(envelope);
    const timestamp = Math.floor(nowMs() / 1000);
    const headers = {
      "content-type": "application/json",
      "user-agent": "Outpost",
      "outpost-event": envelope.event.type,
      "outpost-delivery": String(envelope.position),
      "outpost-timestamp": String(timestamp),
      "outpost-signature": signBody(secret, timestamp, body),
    };
    await postJson({ url: webhook.url, headers, body, allowPrivate: webhook.allowPrivate, signal });
  }

  async function composeBody({ event, ...rest }: EventEnvelope): Promise<string> {
    const { state, spec } = await store.getTask(rest.taskId);
    const body: WebhookBody = { ...rest, repositoryId: spec.repositoryId, type: event.type, taskState: state, event };
    const text = JSON.stringify(body);
    return Buffer.byteLength(text) <= maxBodyBytes ? text : JSON.stringify({ ...body, event: null });
  }

  /** Who was not told for so long that events were removed meanwhile has missed them. */
  async function noteRemoved(): Promise<void> {
    const removedThrough = await store.getRemovedThrough();
    if (cursor.position <= 0 || cursor.position >= removedThrough || now.removedThrough === removedThrough) return;
    now.removedThrough = removedThrough;
    logger.warn({ url, position: cursor.position, removedThrough }, "webhook.events_removed");
  }

  async function readOn(): Promise<boolean> {
    await noteRemoved();
    const page = await store.readAllEvents(cursor.position, pageEvents);
    let passed = 0;
    for (const envelope of page) {
      if (wanted.has(envelope.event.type)) await deliver(envelope);
      else {
        cursor = { ...cursor, position: envelope.position };
        passed += 1;
        if (passed % noteEvery === 0) note(cursor.position, null);
      }
    }
    return page.length > 0;
  }

  async function run(): Promise<void> {
    // A webhook that is new is not told of what was before it.
    if (cursor.position < 0) note(await store.positionBefore(Number.MAX_SAFE_INTEGER), null);
    while (!signal.aborted) {
      let isNoticed = false;
      let wake = (): void => {
        isNoticed = true;
      };
      const onWake = (): void => wake();
      wakers.add(onWake);
      try {
        const isMore = await readOn().catch((error: unknown) => {
          if (!signal.aborted) logger.error({ url, err: error }, "webhook.failed");
          return false;
        });
        if (isMore || isNoticed) continue;
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const timeout = new AbortController();
        await Promise.race([
          woken,
          sleep(pollMs, undefined, { signal: AbortSignal.any([signal, timeout.signal]) }),
        ]).catch(() => {});
        timeout.abort();
      } finally {
        wakers.delete(onWake);
      }
    }
  }

  const ended = run().catch((error: unknown) => logger.error({ url, err: error }, "webhook.ended"));
  return { ended, state: (): WebhookState => ({ url, events: webhook.events, ...cursor, ...now }) };
}

function withoutQuery(text: string): string {
  const { origin, pathname } = new URL(text);
  return origin + pathname;
}

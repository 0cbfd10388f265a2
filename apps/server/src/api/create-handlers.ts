// The table of handlers over the services.

import type { TaskStore } from "@outpost/core";
import { type AccessToken, type EventEnvelope, OutpostError, type SearchRequest, TokenId } from "@outpost/protocol";
import type { TokenService } from "../access/tokens.ts";
import type { ApprovalService } from "../approvals/approval-service.ts";
import { createApprovalHandlers } from "../approvals/handlers.ts";
import { createAuditHandlers } from "../audit/handlers.ts";
import { assertMayAskForAuto } from "../changes/automatic-outcome.ts";
import type { CodeService } from "../code/code-service.ts";
import { createCodeHandlers } from "../code/handlers.ts";
import { createCommandOutputHandlers } from "../command-outputs/handlers.ts";
import type { FactService } from "../facts/fact-service.ts";
import { createFactHandlers } from "../facts/handlers.ts";
import type { IndexService } from "../index-service/index-service.ts";
import type { Upkeep } from "../maintenance/compose-upkeep.ts";
import { createUpkeepHandlers } from "../maintenance/handlers.ts";
import { createModelHandlers, type ModelHandlerPorts } from "../models/handlers.ts";
import { createPolicyHandlers } from "../policy/handlers.ts";
import type { PolicyService } from "../policy/policy-service.ts";
import { assertOpen } from "../policy/policy-source.ts";
import { withoutDenied } from "../policy/shown-hits.ts";
import { createPlainTaskReader, createQueueHandlers, type QueueHandlerPorts } from "../queue/handlers.ts";
import type { RepositoryService } from "../repositories/repository-service.ts";
import { assertAllThere } from "../retention/assert-all-there.ts";
import type { StatusService } from "../status/status-service.ts";
import type { EventFeed, FeedItem } from "../tasks/event-feed.ts";
import type { TaskService } from "../tasks/task-service.ts";
import { createVectorHandlers } from "../vectors/handlers.ts";
import type { VectorService } from "../vectors/vector-service.ts";
import { createChangeHandlers } from "./change-handlers.ts";
import type { Handlers, JsonHandlers, StreamFrame } from "./handlers.ts";
import { nameOf, parseId, repositoryOf, revisionOf, taskOf } from "./parameters.ts";

export interface HandlerPorts extends ModelHandlerPorts, QueueHandlerPorts {
  store: TaskStore;
  repositories: RepositoryService;
  tasks: TaskService;
  approvals: ApprovalService;
  facts: FactService;
  tokens: TokenService;
  index: IndexService;
  code: CodeService;
  feed: EventFeed;
  status: StatusService;
  policy: PolicyService;
  upkeep: Upkeep;
  dataDirectory: string;
  vectors: VectorService;
  version: string;
  nowMs: () => number;
}

export function createHandlers(ports: HandlerPorts): Handlers {
  return {
    json: createJsonHandlers(ports),
    plainText: { submitTask: createPlainTaskReader(ports) },
    text: { getMetrics: () => ports.upkeep.statistics.metrics() },
    diff: {
      json: ({ params }) => ports.tasks.describeChange(taskOf(params), revisionOf(params)),
      patch: ({ params }) => ports.tasks.renderPatch(taskOf(params), revisionOf(params)),
    },
    stream: {
      async streamTaskEvents({ params, query, lastEventId }, signal) {
        const taskId = taskOf(params);
        await ports.store.getTask(taskId);
        const after = lastEventId === undefined ? query.after : parseEventId(lastEventId);
        return toFrames(ports.feed.follow(taskId, after, signal), ({ seq }) => seq);
      },
      async streamEvents({ query, lastEventId }, signal) {
        const after = lastEventId === undefined ? query.after : parseEventId(lastEventId);
        await assertAllThere(ports.store, after);
        return toFrames(ports.feed.followAll(after, signal), ({ position }) => position);
      },
    },
  };
}

function createJsonHandlers(ports: HandlerPorts): JsonHandlers {
  const { store, repositories, tasks, index, status } = ports;
  return {
    getHealth: async () => ({ status: "ok", version: ports.version }),
    getStatus: () => status.describe(),
    getDoctor: () => status.examine(),
    listRepositories: async () => ({ items: await repositories.list() }),
    registerRepository: ({ body }) => repositories.register(body),
    getRepository: ({ params }) => repositories.get(repositoryOf(params)),
    updateRepository: ({ params, body }) => repositories.setEnvironment(repositoryOf(params), body.environment),
    removeRepository: ({ params }) => repositories.remove(repositoryOf(params)),
    startIndex: async ({ params, body }) => index.start(await repositories.get(repositoryOf(params)), body.force),
    getIndexStatus: async ({ params }) => index.status((await repositories.get(repositoryOf(params))).id),
    verifyIndex: async ({ params, body }) => index.verify(await repositories.get(repositoryOf(params)), body.repair),
    async search({ body, token, signal }) {
      assertMayExpand(body, token);
      const repository = await repositories.get(body.repositoryId);
      const policy = await ports.policy.policyOf(repository.id);
      assertOpen(policy);
      return withoutDenied(await index.search(repository, body, signal), policy.files);
    },
    async submitTask({ body, token, idempotencyKey }) {
      assertMayAskForAuto(body, token);
      return tasks.submit(body, nameOf(token), idempotencyKey);
    },
    listTasks: ({ query }) => store.listTasks(withoutUndefined(query)),
    getTask: ({ params }) => store.getTask(taskOf(params)),
    listTaskEvents: async ({ params, query }) => ({
      items: await store.readEvents(taskOf(params), query.after, query.limit),
    }),
    addMessage: ({ params, body, token }) => tasks.addMessage(taskOf(params), body, nameOf(token)),
    ...createApprovalHandlers(ports),
    ...createFactHandlers(ports.facts),
    ...createModelHandlers(ports),
    ...createAuditHandlers(ports),
    ...createUpkeepHandlers(ports.upkeep),
    ...createCommandOutputHandlers(ports),
    ...createVectorHandlers(ports.vectors),
    ...createPolicyHandlers(ports.policy),
    ...createCodeHandlers(ports),
    ...createQueueHandlers(ports),
    cancelTask: ({ params, token }) => tasks.cancel(taskOf(params), nameOf(token)),
    decideChange: ({ params, body, token }) => tasks.decide(taskOf(params), revisionOf(params), body, nameOf(token)),
    ...createChangeHandlers(ports),
    async listEvents({ query }) {
      await assertAllThere(store, query.after);
      return { items: await store.readAllEvents(query.after, query.limit) };
    },
    createToken: ({ body, token }) => ports.tokens.create(body, nameOf(token)),
    listTokens: async () => ({ items: await store.listTokens() }),
    revokeToken: ({ params, token }) =>
      store.revokeToken(parseId(TokenId, params["tokenId"], "token"), ports.nowMs(), nameOf(token)),
  };
}

async function* toFrames(
  items: AsyncGenerator<FeedItem>,
  idOf: (envelope: EventEnvelope) => number,
): AsyncGenerator<StreamFrame> {
  for await (const item of items) {
    if (item.kind === "event")
      yield {
        event: "event",
        id: String(idOf(item.envelope)),
        data: JSON.stringify(item.envelope satisfies EventEnvelope),
      };
    else yield { event: "delta", data: JSON.stringify(item.delta) };
  }
}

function parseEventId(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new OutpostError("invalid_input", `Last-Event-ID "${text.slice(0, 50)}" is not an id of this stream`);
  return Number(text);
}

/** Asking a model costs its owner time: who may only read may not. */
function assertMayExpand({ expand }: SearchRequest, token: AccessToken | null): void {
  if (expand !== true || token?.scopes.includes("submit")) return;
  throw new OutpostError(
    "forbidden",
    `the token "${token?.name ?? ""}" may not ask a model for words ("expand"); this needs "submit". Without "expand", or with an "expansion" of your own, it may search`,
  );
}

/** exactOptionalPropertyTypes: a key that is absent, not one that is undefined. */
function withoutUndefined<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined)) as never;
}

// The composition root: configuration → adapters → services → application. Everything is wired here and nowhere else.
import { randomBytes } from "node:crypto";
import { createIdFactory, type TaskId, type TaskState } from "@outpost/protocol";
import type { Logger } from "pino";
import { assertSafeListening, namesOf } from "../access/origin.ts";
import { createRateLimits } from "../access/rate-limits.ts";
import { createTokenService, ensureLocalToken } from "../access/tokens.ts";
import { createApp } from "../api/app.ts";
import { createHandlers } from "../api/create-handlers.ts";
import { createApprovalService } from "../approvals/approval-service.ts";
import { watchExpiry } from "../approvals/expiry.ts";
import { watchAutomaticOutcomes } from "../changes/automatic-outcome.ts";
import { watchVerifiedParts } from "../changes/verified-parts.ts";
import type { ProposedWatch } from "../changes/watch-proposed.ts";
import { composeCode } from "../code/compose-code.ts";
import { createRunQuestions } from "../code/run-questions.ts";
import { collectOutputsHourly } from "../command-outputs/collect-outputs.ts";
import { SandboxSettings } from "../configuration/sandbox-settings.ts";
import type { Configuration } from "../configuration/schema.ts";
import { createFactService } from "../facts/fact-service.ts";
import { composeIndex } from "../index-service/compose-index.ts";
import { createWorkerMethods } from "../internal/worker-methods.ts";
import { composeUpkeep } from "../maintenance/compose-upkeep.ts";
import { indexAnew, mendIndex } from "../maintenance/mend-index.ts";
import { openTasks } from "../maintenance/open-tasks.ts";
import { composeModels } from "../models/compose-models.ts";
import { createSettingsOf } from "../policy/delivery-rules.ts";
import { createPolicyService } from "../policy/policy-service.ts";
import { openPolicySource, policyFileIn } from "../policy/policy-source.ts";
import { runQueueClock } from "../queue/queue-clock.ts";
import { createQueueService } from "../queue/queue-service.ts";
import { createScheduleService } from "../queue/schedule-service.ts";
import { findForgotten, removeForgotten } from "../repositories/remove-forgotten.ts";
import { createRepositoryService } from "../repositories/repository-service.ts";
import { knownSecrets } from "../secrets/known-secrets.ts";
import { ensureMarkKey } from "../secrets/mark-key.ts";
import { redactingModels } from "../secrets/redacting-model.ts";
import { redactingStore } from "../secrets/redacting-store.ts";
import { createRedactor, type Redactor } from "../secrets/redactor.ts";
import { createSecretService } from "../secrets/secret-service.ts";
import { createStatusService } from "../status/status-service.ts";
import { openJoinedWorkers } from "../supervision/joined-workers.ts";
import { createLostLeases } from "../supervision/lost-leases.ts";
import { createWorkerPool, withJoined } from "../supervision/worker-pool.ts";
import { createEventFeed } from "../tasks/event-feed.ts";
import { createTaskLocks } from "../tasks/task-locks.ts";
import { createTaskService } from "../tasks/task-service.ts";
import { composeHost, composePatches, composeProcesses, composeTargets, labelSandbox } from "./compose-host.ts";
import { openDataDirectory } from "./data-directory.ts";
import { entryPoint } from "./entry-points.ts";
import { listen } from "./listen.ts";
import { version } from "./version.ts";

export interface RunningServer {
  url: string;
  token: string;
  close(): Promise<void>;
}

/** `redactor`: is told the secrets, those of `env` among them, and takes them out of all that is written from then on. */
export interface Surroundings {
  redactor: Redactor;
  env: Readonly<Record<string, string | undefined>>;
}

const workerIdleMs = 60_000;
/** A worker says that it is there three times a lease. */
const leasesInSilence = 4;
const minSilentMs = 20_000;
/** A worker that is asked to stop may take this long to reach its next event. */
const stopGraceMs = 3000;

/** Rejects with `conflict` (another server has the directory), `unavailable` (address taken, database unreadable) or `invalid_input`. */
export async function startServer(
  configuration: Configuration,
  logger: Logger,
  surroundings: Surroundings = { redactor: createRedactor(), env: {} },
): Promise<RunningServer> {
  assertSafeListening(configuration);
  const { dataDirectory } = configuration;
  const lock = openDataDirectory(dataDirectory);
  const closers: (() => Promise<unknown> | unknown)[] = [() => lock.release()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const nowMs = Date.now;
    const newId = createIdFactory(nowMs, randomBytes);
    const { redactor } = surroundings;
    redactor.useMarkKey(ensureMarkKey(dataDirectory));
    redactor.add(knownSecrets(surroundings.env, configuration));
    const store = redactingStore(await openTasks(dataDirectory, { maxAuditRows: configuration.auditRows }), redactor);
    closers.push(() => store.close());
    const tokens = createTokenService({ store, newId, nowMs });
    const token = await ensureLocalToken(dataDirectory, tokens);
    redactor.add([token]);
    const secrets = createSecretService({ store, redactor, allowed: configuration.allowedSecrets });
    const sandboxSettings = SandboxSettings.parse(configuration);
    const processes = await composeProcesses({ dataDirectory, sandbox: sandboxSettings });
    const host = composeHost({ dataDirectory, sandbox: sandboxSettings }, processes);
    const isolation = await processes.selfTest();
    const started = { version, sandbox: labelSandbox(isolation), sandboxReady: isolation.ready };
    await store.appendAudit([{ type: "server.started", ...started }], nowMs());
    for (const line of await host.recover()) logger.warn({ line }, "apply.recovered");
    const interrupted = await host.removeAllWorktrees().catch((error) => {
      logger.warn({ err: error }, "worktrees.stayed");
      return 0;
    });
    if (interrupted > 0) logger.warn({ tasks: interrupted }, "worktrees.removed");
    const composed = await composeModels({ configuration, records: store, nowMs, logger });
    const { directory, modelOverview, modelJobs } = composed;
    closers.push(() => directory.close());
    closers.push(() => modelJobs.close());
    const policyFile = policyFileIn(dataDirectory, configuration.policyFile);
    const policies = openPolicySource({
      policyFile,
      host,
      commandHosts: configuration.commandHosts,
      audit: store,
      nowMs,
    });
    const feed = createEventFeed(store);
    closers.push(() => feed.close());
    const lostIndexes = await mendIndex(dataDirectory);
    const models = redactingModels(composed.models, redactor);
    const index = await composeIndex({ configuration, logger, redactor, models });
    closers.push(() => index.close());
    const code = composeCode({ dataDirectory, search: index.views, redactor });
    closers.push(() => code.close());
    let verified: ProposedWatch | null = null;
    let automatic: ProposedWatch | null = null;
    const workerSettings = {
      dataDirectory,
      leaseMs: configuration.leaseMs,
      auditRows: configuration.auditRows,
      logLevel: configuration.logLevel,
      commandTimeoutMs: configuration.commandTimeoutMs,
      commandMemoryBytes: configuration.commandMemoryBytes,
      sandbox: sandboxSettings,
      approvalExpiryMs: configuration.approvalExpiryMs,
      expandGoals: configuration.expandGoals,
      retry: { limit: configuration.retryLimit, delayMs: configuration.retryDelayMs },
      tasksPerRepository: configuration.tasksPerRepository,
      policyFile,
    };
    const lostLeases = createLostLeases(store, logger, () => pool.wake());
    await lostLeases.freeAll();
    closers.push(() => lostLeases.settled());
    const forWorkers = {
      silentMs: Math.max(leasesInSilence * configuration.leaseMs, minSilentMs),
      onGone: lostLeases.freeOf,
      settings: workerSettings,
      methods: createWorkerMethods({ models, index, secrets, askAboutRun: createRunQuestions(code, policies) }),
      onAppended: (taskId: TaskId, state: TaskState) => {
        feed.noteAppended(taskId);
        if (state !== "proposed") return;
        verified?.note(taskId);
        automatic?.note(taskId);
      },
      onDelta: feed.noteDelta,
      logger,
    };
    const joined = await openJoinedWorkers({ dataDirectory, ...forWorkers });
    closers.push(() => joined.close(stopGraceMs));
    const pool = withJoined(
      createWorkerPool({
        entry: entryPoint("worker"),
        limit: configuration.workers,
        idleMs: workerIdleMs,
        redact: redactor.redact,
        ...forWorkers,
        settings: { ...workerSettings, sandboxTested: isolation },
      }),
      joined,
    );
    closers.push(() => pool.close(stopGraceMs));
    const policy = createPolicyService({ source: policies, store });
    const locks = createTaskLocks();
    const tasks = createTaskService({
      store,
      host,
      locks,
      targets: composeTargets(configuration, processes),
      patches: composePatches(configuration, processes),
      inspectChange: (files) => secrets.inspectChange(files),
      commitAuthor: configuration.commitAuthor,
      settingsOf: createSettingsOf(policy),
      newId,
      nowMs,
      wake: () => pool.wake(),
      cancelRunning: (taskId) => pool.cancel(taskId),
      onAppended: (taskId) => feed.noteAppended(taskId),
    });
    verified = watchVerifiedParts(tasks, store, logger);
    automatic = watchAutomaticOutcomes(tasks, store, logger);
    const approvals = createApprovalService({
      store,
      locks,
      newId,
      nowMs,
      wake: () => pool.wake(),
      onAppended: (taskId) => feed.noteAppended(taskId),
      decideChange: ({ taskId, revision }, { accepted, answer }, by) =>
        tasks.decide(taskId, revision, { decision: accepted ? "accept" : "reject", reason: answer }, by),
    });
    const repositories = createRepositoryService({
      store,
      host,
      newId,
      nowMs,
      dataDirectory,
      dropIndex: (id) => index.drop(id),
    });
    const forgotten = await findForgotten(store, dataDirectory);
    // Not waited for: what nobody knows of is in nobody's way.
    removeForgotten(forgotten, { host, dropIndex: (id) => index.drop(id) }).catch((error) =>
      logger.warn({ err: error, forgotten }, "forgotten_repositories.stayed"),
    );
    const noticed = { nowMs, wake: () => pool.wake(), onAppended: (taskId: TaskId) => feed.noteAppended(taskId) };
    const queue = createQueueService({ store, ...noticed });
    const schedules = createScheduleService({ store, newId, nowMs });
    const upkeep = composeUpkeep({
      ...{ configuration, store, index, host, locks, pool, feed, tasks, redactor, nowMs, logger },
    });
    closers.push(upkeep.start());
    const status = createStatusService({
      store,
      models: directory,
      sandbox: () => processes.selfTest(),
      workers: () => pool.counts(),
      indexer: () => index.indexerCounts(),
      defaultModel: configuration.model,
      ollamaUrl: configuration.ollamaUrl,
      vectors: () => index.checkVectors(store),
      dataDirectory,
      version,
      startedAtMs: nowMs(),
    });
    const handlers = createHandlers({
      store,
      policy,
      upkeep,
      queue,
      schedules,
      vectors: index.vectors,
      repositories,
      tasks,
      approvals,
      facts: createFactService({ store, host, redactor, newId, nowMs }),
      tokens,
      index,
      code,
      feed,
      status,
      modelOverview,
      modelJobs,
      dataDirectory,
      version,
      nowMs,
    });
    const { behindProxy, requestsPerMinute } = configuration;
    const allowedHosts = namesOf(configuration);
    const rateLimits = createRateLimits({ requestsPerMinute, nowMs });
    const app = createApp({ handlers, tokens, allowedHosts, behindProxy, rateLimits, version, newId, logger });
    closers.push(() => tasks.settled());
    const listener = await listen(app.fetch, configuration);
    closers.push(() => listener.close());
    closers.push(watchExpiry(approvals, logger));
    closers.push(runQueueClock({ store, schedules, logger, ...noticed }));
    closers.push(collectOutputsHourly({ store, dataDirectory, keptDays: configuration.keptOutputDays, nowMs }, logger));
    verified.recover().catch((error) => logger.error({ err: error }, "verified_parts.failed"));
    index.resume(await store.listRepositories());
    automatic.recover().catch((error) => logger.error({ err: error }, "automatic_outcomes.failed"));
    lock.publish(listener.url);
    pool.wake();
    await indexAnew(lostIndexes, { store, index, logger });
    logger.info({ url: listener.url, dataDirectory, version }, "server.started");
    return { url: listener.url, token, close };
  } catch (error) {
    await close();
    throw error;
  }
}

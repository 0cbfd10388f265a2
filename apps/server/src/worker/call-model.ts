// One call of the run's model, and what follows from a failure: it is made again, another model of the chain takes over, or the run ends.
import { randomUUID } from "node:crypto";
import { type Intent, maxModelAttempts, type RunState } from "@outpost/core";
import { isOutpostError, type ModelProfile, type OutpostError, type TaskEvent } from "@outpost/protocol";
import type { ServerConnection } from "../internal/methods.ts";
import type { PerformPorts } from "./perform-ports.ts";

export async function* callModel(
  intent: Extract<Intent, { type: "call_model" }>,
  ports: PerformPorts,
): AsyncGenerator<TaskEvent> {
  const { log, server, taskSignal } = ports;
  const run = log.state.run;
  if (!run) return;
  const { seq } = log.state;
  await log.flush();
  // Somebody said something in between: the request that was composed does not know of it.
  if (log.state.seq !== seq) return;
  log.noteAsked();
  if (intent.delayMs > 0) await abortableDelay(intent.delayMs, taskSignal);
  const started = ports.nowMs();
  try {
    const onDelta = (delta: Parameters<Parameters<ServerConnection["chat"]>[2]>[0]): void =>
      server.noteDelta(log.state.taskId, intent.step, delta);
    const replying = server.chat(run.model, intent.request, onDelta, taskSignal);
    if (mayWrite(run, ports)) ports.syntax.prepare();
    const reply = await replying;
    yield { type: "model.replied", step: intent.step, reply };
  } catch (error) {
    taskSignal.throwIfAborted();
    ports.logger.warn({ err: error, step: intent.step, durationMs: ports.nowMs() - started }, "model.failed");
    yield* failed(intent.step, run, isOutpostError(error) ? error : null, ports);
  }
  // It was paid for: it is kept before anything is done with it.
  await log.flush();
}

function mayWrite(run: RunState, { tools }: PerformPorts): boolean {
  const offered = new Set(run.tools.map(({ name }) => name));
  return tools.some(({ effect, schema }) => effect === "write" && offered.has(schema.name));
}

async function* failed(
  step: number,
  run: RunState,
  known: OutpostError | null,
  ports: PerformPorts,
): AsyncGenerator<TaskEvent> {
  const willRetry = known?.retryable === true && run.modelFailures + 1 < maxModelAttempts;
  const message = known?.message ?? `the model adapter met a bug (${randomUUID()})`;
  const next = willRetry || !known ? null : await chooseNext(run, known, ports);
  const code = known?.code ?? "internal";
  yield { type: "model.failed", step, code, message, willRetry: willRetry || next !== null };
  const { provider, name } = run.model;
  if (next) yield { type: "model.switched", step, from: { provider, name }, to: next, reason: message };
}

/** Another model of the chain, where the task allows one and the request is not itself to blame. */
async function chooseNext(run: RunState, error: OutpostError, ports: PerformPorts): Promise<ModelProfile | null> {
  const { server, log, taskSignal } = ports;
  const { model, modelFallback } = log.state.spec;
  const isModelsFault =
    error.retryable || error.code === "not_found" || error.code === "timeout" || error.details["reason"] === "no_tools";
  if (!isModelsFault || (model !== undefined && !modelFallback)) return null;
  const { provider, name } = run.model;
  const without = [...run.modelsGivenUp, { provider, name }];
  try {
    const request = { ...(model === undefined ? {} : { model }), allowFallback: true, without };
    return (await server.chooseModel(request, taskSignal)).profile;
  } catch (reason) {
    taskSignal.throwIfAborted();
    ports.logger.warn({ err: reason, given_up: without }, "model.no_other");
    return null;
  }
}

async function abortableDelay(delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}

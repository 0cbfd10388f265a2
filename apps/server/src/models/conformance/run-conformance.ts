// The conformance run: some thirty small tasks, and the conduct that follows from how a model did. Knows a model only as something to chat
// with. Invariant: a task that fails for any reason is a result, and never ends the run; only an abort, or a model that is not there, does.
import {
  type ChatRequest,
  composeCallSchema,
  describeJsonProtocol,
  describeTextProtocol,
  parseJsonCall,
  parseTextCalls,
} from "@outpost/core";
import {
  isOutpostError,
  type ModelProfile,
  type ModelReply,
  type ModelTestReport,
  type PullProgress,
} from "@outpost/protocol";
import { callTasks } from "./call-tasks.ts";
import { concludeConduct } from "./conclude-conduct.ts";
import { editTasks } from "./edit-tasks.ts";
import { instructionTasks } from "./instruction-tasks.ts";
import type { ConformanceTask, JudgedTask } from "./task.ts";
import { windowTasks } from "./window-tasks.ts";

export type Chat = (request: ChatRequest, signal: AbortSignal) => Promise<ModelReply>;

const replyTokens = 1024;
/** In a row, without any answer before: the model is not there. */
const failuresToGiveUp = 3;

export function conformanceTasks({ windowTokens }: ModelProfile): ConformanceTask[] {
  return [...callTasks(), ...editTasks(), ...instructionTasks(), ...windowTasks(windowTokens, replyTokens)];
}

/** Rejects with what the model's server says when it answers nothing at all, and with the signal's reason. */
export async function* runConformance(parts: {
  profile: ModelProfile;
  chat: Chat;
  nowMs: () => number;
  signal: AbortSignal;
}): AsyncGenerator<PullProgress, ModelTestReport> {
  const { profile, chat, nowMs, signal } = parts;
  const tasks = conformanceTasks(profile);
  const judged: JudgedTask[] = [];
  for (const [index, task] of tasks.entries()) {
    signal.throwIfAborted();
    const status = `${index + 1} of ${tasks.length}: ${task.name}`;
    yield { status, completedBytes: null, totalBytes: null };
    const startedMs = nowMs();
    const given = await attempt(task, profile, chat, signal);
    if ("error" in given && isGone(given.error, judged)) throw given.error;
    const problem = "error" in given ? String((given.error as Error).message) : task.judge(given.reply);
    const { area, name } = task;
    const result = { area, name, passed: problem === null, detail: problem ?? "", tookMs: nowMs() - startedMs };
    judged.push({ task, result, reply: "error" in given ? null : given.reply });
  }
  return toReport(profile, judged, nowMs());
}

async function attempt(
  task: ConformanceTask,
  profile: ModelProfile,
  chat: Chat,
  signal: AbortSignal,
): Promise<{ reply: ModelReply } | { error: unknown }> {
  try {
    return { reply: understood(task, await chat(toRequest(task, profile), signal)) };
  } catch (error) {
    signal.throwIfAborted();
    return { error };
  }
}

/** Nothing came of the first tasks: there is no model to test. */
function isGone(error: unknown, judged: readonly JudgedTask[]): boolean {
  if (judged.some(({ reply }) => reply !== null)) return false;
  const code = isOutpostError(error) ? error.code : "internal";
  return code === "not_found" || code === "unauthorized" || judged.length + 1 >= failuresToGiveUp + refusals(error);
}

/** A server that refuses tools may answer the tasks that have none. */
function refusals(error: unknown): number {
  return isOutpostError(error) && error.details["reason"] === "no_tools" ? Number.POSITIVE_INFINITY : 0;
}

function toRequest({ protocol, tools, messages }: ConformanceTask, profile: ModelProfile): ChatRequest {
  const limits = { windowTokens: profile.windowTokens, maxOutputTokens: replyTokens };
  const [system, ...rest] = messages;
  if (protocol === "native" || !system)
    return { messages, tools: tools.map(({ effect: _, ...schema }) => schema), ...limits };
  const describe = protocol === "json" ? describeJsonProtocol : describeTextProtocol;
  const first = { role: "system" as const, content: `${system.content}\n${describe(tools)}` };
  const schema = protocol === "json" ? { responseSchema: composeCallSchema(tools) } : {};
  return { messages: [first, ...rest], tools: [], ...limits, ...schema };
}

/** The reply with its calls as calls, however they were made. */
function understood({ protocol, tools }: ConformanceTask, reply: ModelReply): ModelReply {
  if (protocol === "native") return reply;
  const read = protocol === "json" ? parseJsonCall(reply.content, tools) : parseTextCalls(reply.content, tools);
  return { ...reply, toolCalls: read.calls, content: read.prose };
}

function toReport(profile: ModelProfile, judged: readonly JudgedTask[], testedAtMs: number): ModelTestReport {
  const usages = judged.flatMap(({ reply }) => (reply ? [reply.usage] : []));
  const firsts = usages
    .flatMap(({ firstTokenMs }) => (firstTokenMs === null ? [] : [firstTokenMs]))
    .toSorted((a, b) => a - b);
  const written = usages.reduce(
    (sum, { outputTokens, firstTokenMs, totalMs }) =>
      outputTokens === null || firstTokenMs === null
        ? sum
        : { tokens: sum.tokens + outputTokens, ms: sum.ms + Math.max(0, totalMs - firstTokenMs) },
    { tokens: 0, ms: 0 },
  );
  const remembered = judged.filter(({ task, result }) => task.area === "window" && result.passed);
  const usable = Math.max(0, ...remembered.map(({ reply }) => reply?.usage.promptTokens ?? 0));
  const all = remembered.length === judged.filter(({ task }) => task.area === "window").length;
  const { provider, name } = profile;
  return {
    ...{ provider, name, testedAtMs, results: judged.map(({ result }) => result) },
    // Whoever remembers the largest may use all of it.
    usableWindowTokens: all ? profile.windowTokens : usable > 0 ? usable + replyTokens : null,
    firstTokenMs: firsts[Math.floor(firsts.length / 2)] ?? null,
    tokensPerSecond:
      written.ms > 0 && written.tokens > 0 ? Math.round((written.tokens * 10_000) / written.ms) / 10 : null,
    conduct: concludeConduct(judged, testedAtMs),
  };
}

// History as messages: in the way of making calls that the run is at, folded where it is old, without what no longer matters.
// Invariant: each call that is shown is answered right behind its reply.
import type { CallProtocol } from "@outpost/protocol";
import { effectOf } from "../fold/observations.ts";
import type { Fold, HistoryItem, RunState } from "../fold/state.ts";
import type { ChatMessage } from "../ports/chat-model.ts";
import { composeJsonCall } from "../protocols/json-protocol.ts";
import { composeTextCall } from "../protocols/text-protocol.ts";
import { foldedArguments, foldedContent, foldedObservation } from "./folded-text.ts";
import { markData } from "./mark-data.ts";
import { renderWorkState } from "./work-state.ts";

export function historyMessages(state: Fold, run: RunState): ChatMessage[] {
  const summary = state.summary ? [noticeMessage(renderWorkState(state.summary.workState, run.dataMark))] : [];
  const isFolded = (seq: number): boolean => seq <= state.foldedThroughSeq && !state.keptSeqs.has(seq);
  return [...summary, ...shownItems(state).map((item) => messageOf(item, isFolded(item.seq), run))];
}

/** Without what the summary stands for, and without refused calls and the words about them once a call has worked. */
export function shownItems(state: Fold): HistoryItem[] {
  const from = state.summary?.throughSeq ?? 0;
  const items = state.history.filter((item) => item.seq > from);
  const worked = items.findLast((item) => item.kind === "observation" && !item.isPassing)?.seq ?? 0;
  const dropped = new Set(
    items.flatMap((item) => (item.kind === "observation" && item.isPassing && item.seq < worked ? [item.callId] : [])),
  );
  return items.flatMap((item) => shown(item, worked, dropped));
}

function shown(item: HistoryItem, worked: number, dropped: ReadonlySet<string>): HistoryItem[] {
  if (item.kind === "person") return [item];
  if (item.isPassing && item.seq < worked) return [];
  if (item.kind !== "assistant" || !item.calls.some((call) => dropped.has(call.callId))) return [item];
  const calls = item.calls.filter((call) => !dropped.has(call.callId));
  return calls.length === 0 && item.content.trim() === "" ? [] : [{ ...item, calls }];
}

function messageOf(item: HistoryItem, isFolded: boolean, run: RunState): ChatMessage {
  const { protocol } = run;
  switch (item.kind) {
    case "person":
      return { role: "user", content: item.text };
    case "notice":
      return noticeMessage(item.text);
    case "assistant":
      return assistantMessage(item, isFolded, protocol);
    case "observation": {
      const text = isFolded ? foldedObservation(item.toolName, item.text) : item.text;
      // What a person answered is no data.
      const content = effectOf(run, item.toolName) === "ask" ? text : markData(run.dataMark, text);
      if (protocol === "native") return { role: "tool", content, toolCallId: item.callId, toolName: item.toolName };
      return { role: "user", content: `Result of ${item.toolName}:\n${content}` };
    }
  }
}

export function noticeMessage(text: string): ChatMessage {
  return { role: "user", content: `[outpost] ${text}` };
}

function assistantMessage(
  item: Extract<HistoryItem, { kind: "assistant" }>,
  isFolded: boolean,
  protocol: CallProtocol,
): ChatMessage {
  const content = isFolded ? foldedContent(item.content) : item.content;
  const calls = item.calls.map((call) => ({
    id: call.callId,
    name: call.name,
    arguments: isFolded ? foldedArguments(call.arguments) : call.arguments,
  }));
  if (protocol === "native") return { role: "assistant", content, toolCalls: calls };
  const compose = protocol === "text" ? composeTextCall : composeJsonCall;
  const parts = [content.trim(), ...calls.map(compose)].filter((part) => part !== "");
  return { role: "assistant", content: parts.join("\n"), toolCalls: [] };
}

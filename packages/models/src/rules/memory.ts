// What was called and seen before, taken from the messages. Knows how core folds old history: long arguments and observations are cut.
// Invariant: a look at files that was folded away is taken again only while nothing was edited, because afterwards it would show
// something else than it did.
import type { ChatMessage } from "@outpost/core";
import type { Call, Memory } from "./plan.ts";

/** Core keeps this many characters of a folded argument. */
const keptCharacters = 200;
const folded = /^\[folded:[^\]]*\] ?/;
/** Core's note that stands for older steps. */
const summarised = /^\[outpost\] Work so far\b/;
const interrupted = /^(?:\w+ was )?interrupted\b/;
const looks = new Set(["read_file", "grep_code", "search_code", "find_files"]);
const changes = new Set(["edit_file", "write_file"]);

/** The plan cannot be followed any further, because what it saw is gone. */
export class FoldedAway extends Error {}

interface Observation {
  text: string;
  /** Of its message. */
  position: number;
}

export function createMemory(messages: readonly ChatMessage[]): Memory {
  const { observations, lastChange } = collectObservations(messages);
  const taken = new Map<string, number>();
  const hasSummary = messages.some((message) => message.role === "user" && summarised.test(message.content));
  return {
    take(call) {
      const key = keyOf(call);
      const all = observations.get(key) ?? [];
      for (let at = taken.get(key) ?? 0; at < all.length; at++) {
        const { text, position } = all[at] ?? { text: "", position: 0 };
        taken.set(key, at + 1);
        // What a lost worker left under way is simply asked for again.
        if (interrupted.test(text)) continue;
        if (!looks.has(call.name) || !folded.test(text)) return text.replace(folded, "");
        if (at === all.length - 1 && position < lastChange) throw new FoldedAway();
      }
      // It may have been made among the steps that are no longer shown; to make it again could do it twice.
      if (hasSummary && all.length === 0) throw new FoldedAway();
      return undefined;
    },
  };
}

function collectObservations(messages: readonly ChatMessage[]) {
  const keys = new Map<string, string>();
  const observations = new Map<string, Observation[]>();
  let lastChange = -1;
  for (const [position, message] of messages.entries()) {
    if (message.role === "assistant")
      for (const call of message.toolCalls) keys.set(call.id, keyOf({ name: call.name, arguments: recordOf(call) }));
    if (message.role !== "tool") continue;
    if (changes.has(message.toolName)) lastChange = position;
    const key = keys.get(message.toolCallId);
    if (key !== undefined)
      observations.set(key, [...(observations.get(key) ?? []), { text: withoutDataMark(message.content), position }]);
  }
  return { observations, lastChange };
}

/** The lines around an observation that mark it as data. */
function withoutDataMark(content: string): string {
  return /^<data (\w+)[^>\n]*>\n([\s\S]*)\n<\/data \1>$/.exec(content)?.[2] ?? content;
}

function recordOf(call: { arguments: unknown }): Record<string, unknown> {
  return typeof call.arguments === "object" && call.arguments !== null
    ? (call.arguments as Record<string, unknown>)
    : {};
}

function keyOf(call: Call): string {
  const entries = Object.entries(call.arguments).map(([name, value]) => [
    name,
    typeof value === "string" ? value.slice(0, keptCharacters) : value,
  ]);
  return JSON.stringify([call.name, entries.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))]);
}

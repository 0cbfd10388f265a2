// What the requests of one task were made of: the size of system prompt and tools, and how much of each prompt the one before had too.
import type { RecordedChat } from "@outpost/testkit";

export interface PromptFacts {
  systemCharacters: number;
  toolCharacters: number;
  toolCount: number;
  /** By characters a token: 3.5 (code, the low end) and 4 (English). */
  tokensAt35: number;
  tokensAt4: number;
  /** Per request from the second: the part of it that is an unchanged prefix of the one before, from 0 to 1. */
  messagesPrefixShare: number[];
  /** Tools and messages in the order in which model servers put them into the prompt. */
  promptPrefixShare: number[];
  bodyPrefixShare: number[];
  requestBytes: number[];
}

export function describePrompts(chats: readonly RecordedChat[]): PromptFacts {
  const bodies = chats.map(({ body }) => body);
  const first = bodies[0] ?? {};
  const system = (first["messages"] as { content: string }[] | undefined)?.[0]?.content ?? "";
  const tools = JSON.stringify(first["tools"] ?? []);
  const characters = system.length + tools.length;
  return {
    systemCharacters: system.length,
    toolCharacters: tools.length,
    toolCount: (first["tools"] as unknown[] | undefined)?.length ?? 0,
    tokensAt35: Math.ceil(characters / 3.5),
    tokensAt4: Math.ceil(characters / 4),
    messagesPrefixShare: prefixShares(bodies.map((body) => JSON.stringify(body["messages"]))),
    promptPrefixShare: prefixShares(bodies.map((body) => JSON.stringify([body["tools"], body["messages"]]))),
    bodyPrefixShare: prefixShares(bodies.map((body) => JSON.stringify(body))),
    requestBytes: bodies.map((body) => Buffer.byteLength(JSON.stringify(body))),
  };
}

function prefixShares(texts: string[]): number[] {
  return texts.slice(1).map((text, index) => commonPrefix(texts[index] ?? "", text) / text.length);
}

function commonPrefix(one: string, other: string): number {
  const end = Math.min(one.length, other.length);
  for (let at = 0; at < end; at++) if (one[at] !== other[at]) return at;
  return end;
}

// Mutates the replies of a vector file (cut anywhere, repeated, shuffled, arguments of a megabyte) and sends them through the streaming path: a
// scripted server, the adapter, the reader. Counts what must never happen. Seeded: the same seed makes the same replies.
import { createOllamaModel, createOpenAiModel } from "@outpost/models";
import type { ToolSchema } from "@outpost/protocol";
import { startOllamaTestServer, startOpenAiTestServer } from "@outpost/testkit";
import type { Vector, VectorFile } from "./vectors.ts";

export interface MutationCounts {
  replies: number;
  calls: number;
  /** Rejected with anything. */
  crashes: number;
  /** Took longer than the limit. */
  hangs: number;
  /** Of a tool that nobody declared, with arguments read into a record. */
  undeclared: number;
  /** With a text in its arguments that the reply does not hold. */
  invented: number;
  slowestMs: number;
}

const hangMs = 5000;
const megabyte = 1_000_000;
const model = "mutant";

export async function runMutations(file: VectorFile, count: number, seed: number): Promise<MutationCounts> {
  const random = createRandom(seed);
  const counts: MutationCounts = {
    replies: 0,
    calls: 0,
    crashes: 0,
    hangs: 0,
    undeclared: 0,
    invented: 0,
    slowestMs: 0,
  };
  const replies = Array.from({ length: count }, () => mutate(file.vectors, random));
  const half = Math.ceil(count / 2);
  await overOllama(replies.slice(0, half), file.tools, counts);
  await overOpenAi(replies.slice(half), file.tools, counts);
  return counts;
}

interface Mutant {
  content: string;
  call: { name: string; arguments: string } | undefined;
  isCut: boolean;
}

async function overOllama(mutants: readonly Mutant[], tools: ToolSchema[], counts: MutationCounts): Promise<void> {
  const server = await startOllamaTestServer({
    models: [{ name: model }],
    replies: mutants.map(({ content, call, isCut }) => ({
      ...(call ? { toolCalls: [call] } : { content }),
      pieceCharacters: pieceOf(content),
      ...(isCut ? { doneReason: "length" } : {}),
    })),
  });
  const chatModel = createOllamaModel({ baseUrl: server.url, name: model });
  for (const mutant of mutants) await chatOnce(chatModel, tools, mutant, counts);
  await server.close();
}

async function overOpenAi(mutants: readonly Mutant[], tools: ToolSchema[], counts: MutationCounts): Promise<void> {
  const server = await startOpenAiTestServer({
    models: [{ name: model }],
    replies: mutants.map(({ content, call, isCut }) => ({
      ...(call ? { toolCalls: [call] } : { content }),
      pieceCharacters: pieceOf(call?.arguments ?? content),
      ...(isCut ? { finishReason: "length" } : {}),
    })),
  });
  const chatModel = createOpenAiModel({ baseUrl: server.url, name: model });
  for (const mutant of mutants) await chatOnce(chatModel, tools, mutant, counts);
  await server.close();
}

/** A few dozen pieces at most, so that the time goes into reading. */
function pieceOf(text: string): number {
  return Math.max(7, Math.ceil(text.length / 24));
}

async function chatOnce(
  chatModel: ReturnType<typeof createOllamaModel>,
  tools: ToolSchema[],
  mutant: Mutant,
  counts: MutationCounts,
): Promise<void> {
  const names = new Set(tools.map((tool) => tool.name));
  const started = performance.now();
  counts.replies += 1;
  try {
    const messages = [
      { role: "system" as const, content: "s" },
      { role: "user" as const, content: "u" },
    ];
    const request = { messages, tools, windowTokens: 8192, maxOutputTokens: 512 };
    const stream = chatModel.chat(request, AbortSignal.timeout(hangMs * 4));
    let next = await stream.next();
    while (!next.done) next = await stream.next();
    for (const call of next.value.toolCalls) {
      counts.calls += 1;
      if (!names.has(call.name) && typeof call.arguments !== "string" && !isFromWire(call)) counts.undeclared += 1;
      if (!holdsTexts(mutant.call?.arguments ?? mutant.content, call.arguments)) counts.invented += 1;
    }
  } catch {
    counts.crashes += 1;
  }
  const tookMs = performance.now() - started;
  counts.slowestMs = Math.max(counts.slowestMs, tookMs);
  if (tookMs > hangMs) counts.hangs += 1;
}

/** Whether every text among the arguments stands in the reply, whatever was escaped how. */
function holdsTexts(reply: string, given: unknown): boolean {
  if (typeof given === "string") return lettersOf(reply).includes(lettersOf(given));
  if (typeof given !== "object" || given === null) return true;
  return Object.values(given).every((inner) => holdsTexts(reply, inner));
}

function lettersOf(text: string): string {
  return text
    .replaceAll(/\\+[nrtbf]/g, "")
    .replaceAll(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}

/** A call made over the wire with a wrong name goes on as it came: the loop answers that there is no such tool. */
function isFromWire({ id }: { id: string }): boolean {
  return id.startsWith("call_test") || id.startsWith("call_wire");
}

function mutate(vectors: readonly Vector[], random: () => number): Mutant {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const vector = pick(vectors);
  const raw = vector?.raw ?? "";
  const other = pick(vectors)?.raw ?? "";
  const at = Math.floor(random() * (raw.length + 1));
  const shapes = [
    () => raw.slice(0, at),
    () => raw.slice(at),
    () => raw + raw,
    () => raw.slice(0, at) + raw,
    () => raw.slice(0, at) + other.slice(Math.floor(random() * other.length)),
    () => shuffled(raw, 1 + Math.floor(random() * 12), random),
    () => raw.slice(0, at) + raw.slice(at + 1 + Math.floor(random() * 4)),
  ];
  // One in two hundred is large.
  const isLarge = random() < 0.005;
  const text = isLarge ? grown(raw, at) : (pick(shapes)?.() ?? raw);
  const isCall = vector?.channel === "arguments";
  return {
    content: text,
    call: isCall ? { name: vector.name, arguments: text } : undefined,
    isCut: random() < 0.3,
  };
}

function grown(raw: string, at: number): string {
  const middle = raw.slice(at, at + 12) || "x";
  return raw.slice(0, at) + middle.repeat(Math.ceil(megabyte / middle.length)) + raw.slice(at);
}

function shuffled(text: string, size: number, random: () => number): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size));
  return parts
    .map((part) => ({ part, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ part }) => part)
    .join("");
}

/** A small linear congruential generator: the same numbers everywhere. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

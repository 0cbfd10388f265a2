// What a model's reply means: its calls, understood or refused, and its text without them. Takes what came over any wire. Pure.
// Invariants: a call made over the wire is never lost, only understood or handed on as it came; a call printed as text is one only where
// scan-text.ts says so, and identical ones are one.
import type { ToolSchema } from "@outpost/protocol";
import { createBudget } from "./budget.ts";
import { type FoundCalls, scanText } from "./scan-text.ts";
import { separateHeadlessThinking, separateThinking } from "./thinking.ts";
import {
  createToolIndex,
  type GivenCall,
  type ToolIndex,
  type Understanding,
  type UnderstoodCall,
  understandCall,
} from "./understand-call.ts";

/** A call that cannot be run as it is. `call`: what was meant, for its tool to say what is wrong with it. */
export interface RefusedCall {
  name: string;
  problem: string;
  call?: UnderstoodCall;
}

export interface PrintedCalls {
  calls: UnderstoodCall[];
  refused: RefusedCall[];
  /** The text without the calls. */
  content: string;
  /** The text ends in the middle of a call. */
  isBrokenOff: boolean;
}

const maxCalls = 32;
const maxCharacters = 8_000_000;
const leftMarks =
  /<\/?(?:[\w-]+:)?(?:tool_?calls?|function_?calls?|tool_?uses?)>|<\/?[|｜](?:DSML[|｜])?[^|｜<>\n]{1,40}(?:[|｜]>|>)|\[\/?(?:END_)?TOOL_(?:CALLS?|REQUEST)\]/g;

export interface TextOfReply {
  text: string;
  /** The reply ran out of its budget or its connection. */
  isCut: boolean;
}

/** A reply as it came, before anybody knows what it means. */
export interface UnreadReply {
  /** Thinking may be part of it, between its marks. */
  content: string;
  /** Calls made over the wire. Where there are any, the text holds none. */
  calls?: readonly { name: string; arguments: unknown }[];
  /** It ran out of its budget or its connection. */
  isCut?: boolean;
}

export interface ReadReply extends PrintedCalls {
  thinking: string;
}

/** Everything at once, for a reply that is not streamed. */
export function readReply(reply: UnreadReply, tools: readonly ToolSchema[]): ReadReply {
  const { thinking, content } = separateThinking(reply.content);
  const wired = reply.calls ?? [];
  if (wired.length === 0) {
    const printed = readPrintedCalls({ text: content, isCut: reply.isCut ?? false }, tools);
    return { ...printed, ...(thinking === "" ? separateHeadlessThinking(printed.content) : { thinking }) };
  }
  const index = createToolIndex(tools);
  const results = wired.map((call) => readWireCall(call, index));
  return { thinking, content, isBrokenOff: false, ...divide(results) };
}

/** Never give it a model's thinking. */
export function readPrintedCalls({ text, isCut }: TextOfReply, tools: readonly ToolSchema[]): PrintedCalls {
  const nothing: PrintedCalls = { calls: [], refused: [], content: text, isBrokenOff: false };
  if (tools.length === 0 || text.length > maxCharacters) return nothing;
  const index = createToolIndex(tools);
  const scan = scanText({ text, tools: index, budget: createBudget(text.length), isCut });
  const marked = scan.found.filter(({ form }) => form.stands !== "last" && form.name !== "fence");
  const chosen = marked.length > 0 ? marked : scan.found;
  if (chosen.reduce((sum, { calls }) => sum + calls.length, 0) > maxCalls) return nothing;
  const understood = chosen.map((found) => ({
    found,
    results: found.calls.map((call) => understandCall(call, index)),
  }));
  const usable = understood.filter(({ results }) => results.some((result) => result.ok || result.call));
  const results = unique(understood.flatMap((item) => item.results));
  const isUnfinished = understood.some(({ found }) => found.calls.some(({ doubt }) => doubt === "unterminated"));
  const places = usable.map(({ found }) => found);
  return {
    ...divide(results),
    content: places.length > 0 ? remove(text.slice(0, scan.end), places) : text,
    isBrokenOff: scan.isBrokenOff || isUnfinished,
  };
}

function divide(results: readonly Understanding[]): Pick<PrintedCalls, "calls" | "refused"> {
  return {
    calls: results.flatMap((result) => (result.ok ? [result.call] : [])),
    refused: results.flatMap((result) => (result.ok ? [] : [refusal(result)])),
  };
}

/** A call that came over the wire as one. */
export function readWireCall(given: Omit<GivenCall, "doubt">, tools: ToolIndex): Understanding {
  return understandCall({ ...given, doubt: "none" }, tools);
}

function refusal({ name, problem, call }: Extract<Understanding, { ok: false }>): RefusedCall {
  return { name, problem, ...(call ? { call } : {}) };
}

function unique(results: readonly Understanding[]): Understanding[] {
  const seen = new Set<string>();
  return results.filter((result) => {
    const key = JSON.stringify(result);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function remove(text: string, found: readonly FoundCalls[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of found) {
    parts.push(text.slice(from, start));
    from = Math.max(from, end);
  }
  parts.push(text.slice(from));
  return parts.join("").replaceAll(leftMarks, "").trim();
}

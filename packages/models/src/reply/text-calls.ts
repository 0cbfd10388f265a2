// Reads tool calls that a model printed as text instead of making them: JSON {"name", "arguments"} that ends the answer, alone in a
// fence, or between <tool_call> tags. Pure. Knows nothing of a tool's schema, and repairs nothing.
// Invariant: only unambiguous calls: complete JSON, a declared tool's exact name, at the start of a line, outside other code fences.
// Never give it a model's thinking.
import { isRecord, scanJson } from "./scan-json.ts";

interface TextCall {
  name: string;
  arguments: Record<string, unknown>;
}

export interface TextCalls {
  calls: TextCall[];
  /** The text without the calls. */
  content: string;
}

interface Found {
  form: "tag" | "fence" | "bare";
  start: number;
  end: number;
  calls: TextCall[];
}

const maxCalls = 16;
const openTag = "<tool_call>";
const closeTag = "</tool_call>";
const argumentKeys = ["arguments", "parameters", "args", "input"];
const otherKeys = new Set(["id", "type", "index"]);
const callFences = new Set(["", "json", "tool_call", "tool_calls"]);
// End-of-turn tokens that a wrong stop setting lets through.
const leakedEnd = /^\s*(?:<\|im_end\|>|<\|eot_id\|>|<\|end\|>|<\/s>)?\s*$/;

export function parseTextCalls(text: string, toolNames: ReadonlySet<string>): TextCalls {
  const found = scan(text, toolNames);
  const tagged = found.filter((item) => item.form === "tag");
  const chosen = tagged.length > 0 ? tagged : found;
  const calls = chosen.flatMap((item) => item.calls);
  if (calls.length === 0 || calls.length > maxCalls) return { calls: [], content: text };
  let content = text;
  for (const item of chosen.toReversed()) content = content.slice(0, item.start) + content.slice(item.end);
  return { calls, content: content.trim() };
}

function scan(text: string, toolNames: ReadonlySet<string>): Found[] {
  const found: Found[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at + leadingSpace(text, at);
    const tagged = text.startsWith(openTag, start);
    const item = tagged ? readTag(text, start, toolNames) : readBare(text, start, toolNames);
    if (item) found.push(item);
    // A tag that was opened and not closed: what follows it may be half of what was meant.
    else if (tagged) return found.filter((other) => other.form === "tag");
    const fence = /^`{3,}/.exec(text.slice(start, start + 20))?.[0];
    if (fence !== undefined) {
      const call = readFence(text, start, fence, toolNames);
      if (call) found.push(call);
      at = nextLine(text, call?.end ?? endOfFence(text, start, fence));
    } else at = nextLine(text, item?.end ?? start);
  }
  return found;
}

function readTag(text: string, start: number, toolNames: ReadonlySet<string>): Found | undefined {
  const json = scanJson(text, skipSpace(text, start + openTag.length));
  const calls = json && parseCalls(json.value, toolNames);
  if (!json || !calls) return undefined;
  const close = skipSpace(text, json.end);
  if (!text.startsWith(closeTag, close)) return undefined;
  return { form: "tag", start, end: close + closeTag.length, calls };
}

/** A call, or several, with nothing behind them: in the middle of prose it is an example. */
function readBare(text: string, start: number, toolNames: ReadonlySet<string>): Found | undefined {
  const calls: TextCall[] = [];
  let end = start;
  for (;;) {
    const json = scanJson(text, skipSpace(text, end));
    if (!json) break;
    const more = parseCalls(json.value, toolNames);
    if (!more) return undefined;
    calls.push(...more);
    end = json.end;
  }
  if (calls.length === 0 || !leakedEnd.test(text.slice(end))) return undefined;
  return { form: "bare", start, end: text.length, calls };
}

/** A fence with nothing but calls in it. A missing close is harmless where the text ends with the complete JSON. */
function readFence(text: string, start: number, fence: string, toolNames: ReadonlySet<string>): Found | undefined {
  const body = nextLine(text, start);
  const label = text
    .slice(start + fence.length, body)
    .trim()
    .toLowerCase();
  if (!callFences.has(label)) return undefined;
  const json = scanJson(text, skipSpace(text, body));
  const calls = json && parseCalls(json.value, toolNames);
  if (!json || !calls) return undefined;
  const close = skipSpace(text, json.end);
  if (text.startsWith(fence, close)) return { form: "fence", start, end: close + fence.length, calls };
  return close === text.length ? { form: "fence", start, end: close, calls } : undefined;
}

function endOfFence(text: string, start: number, fence: string): number {
  let at = nextLine(text, start);
  while (at < text.length) {
    const lineEnd = nextLine(text, at);
    const line = text.slice(at, lineEnd).trim();
    if (line.startsWith(fence) && /^`+$/.test(line)) return at;
    at = lineEnd;
  }
  return text.length;
}

function parseCalls(value: unknown, toolNames: ReadonlySet<string>): TextCall[] | undefined {
  const items = Array.isArray(value) ? value : [value];
  const calls = items.map((item) => parseCall(item, toolNames));
  return calls.length > 0 && calls.every((call) => call !== undefined) ? calls : undefined;
}

function parseCall(value: unknown, toolNames: ReadonlySet<string>): TextCall | undefined {
  if (!isRecord(value)) return undefined;
  if (isRecord(value["function"]) && Object.keys(value).every((key) => key === "function" || otherKeys.has(key)))
    return parseCall(value["function"], toolNames);
  const name = value["name"];
  if (typeof name !== "string" || !toolNames.has(name)) return undefined;
  const given = Object.keys(value).filter((key) => key !== "name" && !otherKeys.has(key));
  const [key] = given;
  if (given.length !== 1 || key === undefined || !argumentKeys.includes(key)) return undefined;
  const parsed = value[key];
  return isRecord(parsed) ? { name, arguments: parsed } : undefined;
}

function leadingSpace(text: string, at: number): number {
  let length = 0;
  while (text[at + length] === " " || text[at + length] === "\t") length++;
  return length;
}

function skipSpace(text: string, at: number): number {
  let index = at;
  while (index < text.length && /\s/.test(text[index] ?? "")) index++;
  return index;
}

function nextLine(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 ? text.length : newline + 1;
}

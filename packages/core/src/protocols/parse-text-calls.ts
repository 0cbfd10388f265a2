// Reads calls that were made in plain text (text-protocol.ts). Pure. Invariant: a call whose end is missing is never one, because its
// last argument may be cut; a line is a mark only where it can be no other text (a known argument's name, a call that is open).
import type { RawToolCall, RunTool } from "@outpost/protocol";
import { parameterNames } from "./tool-list.ts";

export interface ReadCalls {
  calls: RawToolCall[];
  /** What stands around the calls. */
  prose: string;
  /** What was meant as a call and is none. */
  problem: string | null;
}

const begin = /^={3,}\s*call[:\s]+([\w.-]+)\s*(?:={3,})?\s*$/i;
const end = /^={3,}\s*end(?:\s+call)?\s*(?:={3,})?\s*$/i;
const scalar = /^\s*([A-Za-z_]\w*)\s*[:=]\s?(.*)$/;
const body = /^-{3,}\s*([A-Za-z_]\w*)\s*:?\s*$/;
const fence = /^\s*```[\w+-]*\s*$/;

interface OpenCall {
  name: string;
  names: readonly string[];
  given: Record<string, unknown>;
  /** The argument whose body is being read. */
  current: { name: string; lines: string[] } | null;
}

export function parseTextCalls(content: string, tools: readonly RunTool[]): ReadCalls {
  const calls: RawToolCall[] = [];
  const prose: string[] = [];
  let open: OpenCall | null = null;
  let problem: string | null = null;
  for (const line of content.replaceAll("\r\n", "\n").split("\n")) {
    const name = begin.exec(line)?.[1];
    if (open && end.test(line)) {
      calls.push(close(open, calls.length));
      open = null;
    } else if (name !== undefined && !open?.current) {
      if (open) problem ??= missingEnd(open.name);
      open = openCall(name, tools);
    } else if (open) readLine(open, line);
    else prose.push(line);
  }
  if (open) problem ??= missingEnd(open.name);
  const text = prose
    .filter((line) => !fence.test(line))
    .join("\n")
    .trim();
  return { calls, prose: text, problem: calls.length > 0 ? null : problem };
}

function missingEnd(name: string): string {
  return `the call of ${name} has no line "=== end"`;
}

function openCall(name: string, tools: readonly RunTool[]): OpenCall {
  const tool = tools.find((one) => one.name === name) ?? tools.find((one) => one.name === name.toLowerCase());
  return { name: tool?.name ?? name, names: tool ? parameterNames(tool) : [], given: {}, current: null };
}

function readLine(call: OpenCall, line: string): void {
  const named = body.exec(line)?.[1];
  if (named !== undefined && (call.current === null || (call.names.includes(named) && !(named in call.given)))) {
    endBody(call);
    call.current = { name: named, lines: [] };
    return;
  }
  if (call.current) {
    call.current.lines.push(line);
    return;
  }
  const [, name, value = ""] = scalar.exec(line) ?? [];
  if (name !== undefined) call.given[name] = readScalar(value.trim());
}

function close(call: OpenCall, index: number): RawToolCall {
  endBody(call);
  return { id: `text_${index + 1}`, name: call.name, arguments: call.given };
}

function endBody(call: OpenCall): void {
  if (!call.current) return;
  const { name, lines } = call.current;
  const isFenced = lines.length > 1 && fence.test(lines[0] ?? "") && /^\s*```\s*$/.test(lines.at(-1) ?? "");
  const text = (isFenced ? lines.slice(1, -1) : lines).join("\n");
  // A whole file ends with its last line's end; a piece of one does not.
  call.given[name] = name === "content" && text !== "" && !text.endsWith("\n") ? `${text}\n` : text;
  call.current = null;
}

/** A list, a record or a quoted text as JSON; anything else as it stands. */
function readScalar(text: string): unknown {
  if (!/^(?:\[.*\]|\{.*\}|".*")$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

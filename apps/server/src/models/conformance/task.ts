// One small task of the conformance run: what is asked, and how the reply is judged. Data; run-conformance.ts makes the calls.
import type { ChatMessage } from "@outpost/core";
import type { CallProtocol, ModelReply, ModelTestArea, ModelTestResult, RunTool } from "@outpost/protocol";

export interface ConformanceTask {
  area: ModelTestArea;
  name: string;
  /** In which way calls are asked for. */
  protocol: CallProtocol;
  tools: RunTool[];
  messages: ChatMessage[];
  /** An answer that passes; tests of the run give it. */
  sample: { content?: string; calls?: { name: string; arguments: Record<string, unknown> }[] };
  /** Null when it passes, else what is wrong. Sees calls as they were understood. */
  judge(reply: ModelReply): string | null;
}

export interface JudgedTask {
  task: ConformanceTask;
  result: ModelTestResult;
  /** Null: there was none. */
  reply: ModelReply | null;
}

const text = { type: "string" };

function tool(
  name: string,
  effect: RunTool["effect"],
  description: string,
  properties: object,
  required: string[],
): RunTool {
  return { name, description, parameters: { type: "object", properties, required }, effect };
}

export const tools: RunTool[] = [
  tool("read_file", "read", "Shows lines of a file.", { path: text, start_line: { type: "integer" } }, ["path"]),
  tool("list_directory", "read", "Lists a folder.", { path: text, recursive: { type: "boolean" } }, ["path"]),
  tool(
    "search_code",
    "read",
    "Searches the code.",
    { query: text, paths: { type: "array", items: text }, mode: { type: "string", enum: ["plain", "regex"] } },
    ["query"],
  ),
  tool("edit_file", "write", "Replaces text that occurs exactly once.", { path: text, old: text, new: text }, [
    "path",
    "old",
    "new",
  ]),
  tool("apply_patch", "write", "Changes a file by a unified diff.", { path: text, patch: text }, ["path", "patch"]),
  tool("write_file", "write", "Writes a whole file.", { path: text, content: text }, ["path", "content"]),
  tool("run_command", "command", "Runs a program.", { argv: { type: "array", items: text } }, ["argv"]),
  tool("finish", "end", "Ends the task.", { summary: text }, ["summary"]),
];

export function ask(...said: string[]): ChatMessage[] {
  const system =
    "You are a coding agent. Make exactly one tool call for what is asked, with exactly the values that are given. Paths are relative.";
  return [{ role: "system", content: system }, ...said.map((content): ChatMessage => ({ role: "user", content }))];
}

// Tools that the tests of this folder declare. Not Outpost's own: reading replies must not depend on which tools there are.
import type { ToolSchema } from "@outpost/protocol";

const text = { type: "string" };
const whole = { type: "integer" };

function tool(name: string, properties: Record<string, unknown>, required: string[]): ToolSchema {
  return { name, description: `${name}.`, parameters: { type: "object", properties, required } };
}

export const testingTools: ToolSchema[] = [
  tool("open_page", { path: text, start_line: whole, end_line: whole }, ["path"]),
  tool("write_file", { path: text, content: text }, ["path", "content"]),
  tool("edit_file", { path: text, old: text, new: text, all: { type: "boolean" } }, ["path", "old", "new"]),
  tool("run_command", { command: text, timeout_ms: whole }, ["command"]),
  tool(
    "grep_code",
    { query: text, folders: { type: "array", items: text }, mode: { type: "string", enum: ["plain", "regex"] } },
    ["query"],
  ),
  tool(
    "show_spots",
    {
      spots: {
        type: "array",
        items: { type: "object", properties: { path: text, line: whole }, required: ["path", "line"] },
      },
      title: { anyOf: [{ type: "string" }, { type: "array", items: text }] },
    },
    ["spots"],
  ),
  tool("list_names", { path: text }, []),
];

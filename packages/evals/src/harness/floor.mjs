// The floor: the least that can work as an agent. No server, no index, no sandbox, no log; it edits the folder it stands in.
// Arguments: the model server's address, the model, the instruction.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const [url, model, instruction] = process.argv.slice(2);
const text = { type: "string" };
const describe = (name, properties) => {
  const parameters = { type: "object", properties, required: Object.keys(properties) };
  return { type: "function", function: { name, description: `The tool ${name}.`, parameters } };
};
const tools = [
  describe("read_file", { path: text }),
  describe("edit_file", { path: text, old: text, new: text }),
  describe("run_command", { argv: { type: "array", items: text } }),
];
const perform = {
  read_file: ({ path }) => readFileSync(path, "utf8"),
  edit_file: (edit) =>
    writeFileSync(edit.path, readFileSync(edit.path, "utf8").replace(edit.old, edit.new)) ?? "edited",
  run_command: ({ argv: [file, ...rest] }) => spawnSync(file, rest, { encoding: "utf8" }).stdout,
};
const messages = [
  { role: "system", content: "You are a coding agent." },
  { role: "user", content: instruction },
];
const settings = {
  model,
  tools,
  stream: true,
  truncate: false,
  shift: false,
  options: { num_ctx: 16384, num_predict: 4096 },
};
for (;;) {
  const reply = await fetch(`${url}/api/chat`, { method: "POST", body: JSON.stringify({ ...settings, messages }) });
  const parts = (await reply.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).message);
  const calls = parts.flatMap((part) => part.tool_calls ?? []);
  messages.push({ role: "assistant", content: parts.map((part) => part.content).join(""), tool_calls: calls });
  for (const { id, function: called } of calls) {
    const content = String(perform[called.name](called.arguments));
    messages.push({ role: "tool", content, tool_name: called.name, tool_call_id: id });
  }
  if (calls.length === 0) break;
}

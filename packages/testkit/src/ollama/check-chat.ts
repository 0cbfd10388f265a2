// Whether a chat request is one that Ollama understands and that Outpost should send. The first list is refused by real servers too;
// the second is our own rules (one system message, a named window, no silent cutting), so that a test sees when they break.

type Body = Record<string, unknown>;

/** What a real server refuses, with its status. */
export interface Refusal {
  status: number;
  error: string;
}

const roles = new Set(["system", "user", "assistant", "tool"]);
const fields = new Set([
  ...["model", "messages", "stream", "format", "keep_alive", "tools", "options", "think", "truncate", "shift"],
  ...["logprobs", "top_logprobs"],
]);

export function findRefusal(body: Body): Refusal | undefined {
  if (typeof body["model"] !== "string" || body["model"] === "") return { status: 400, error: "model is required" };
  const go = (field: string, got: string, want: string): Refusal => ({
    status: 400,
    error: `json: cannot unmarshal ${got} into Go struct field ChatRequest.${field} of type ${want}`,
  });
  if (!Array.isArray(body["messages"])) return go("messages", "object", "[]api.Message");
  for (const message of body["messages"] as Body[]) {
    if (typeof message["content"] !== "string") return go("messages.content", kind(message["content"]), "string");
    for (const call of list(message["tool_calls"])) {
      const given = record(record(call)["function"])["arguments"];
      if (kind(given) !== "object")
        return go("messages.tool_calls.function.arguments", kind(given), "api.ToolCallFunctionArguments");
    }
  }
  for (const [name, value] of Object.entries(record(body["options"])))
    if (name.startsWith("num_") && !Number.isInteger(value))
      return { status: 500, error: `option "${name}" must be of type integer` };
  return undefined;
}

/** Our own rules, one line for each that is broken. */
export function findProblems(body: Body): string[] {
  const problems = Object.keys(body)
    .filter((field) => !fields.has(field))
    .map((field) => `unknown field "${field}"`);
  if (body["stream"] !== true) problems.push("stream is not true");
  if (body["truncate"] !== false) problems.push("truncate is not false: the server may cut the prompt silently");
  if (body["shift"] !== false) problems.push("shift is not false: the server may drop history silently");
  const options = record(body["options"]);
  for (const name of ["num_ctx", "num_predict"])
    if (!Number.isInteger(options[name])) problems.push(`options.${name} is not set`);
  return [...problems, ...messageProblems(list(body["messages"]) as Body[]), ...toolProblems(list(body["tools"]))];
}

function messageProblems(messages: Body[]): string[] {
  const problems: string[] = [];
  if (messages[0]?.["role"] !== "system") problems.push("the first message is not the system message");
  const open = new Set<unknown>();
  for (const [index, message] of messages.entries()) {
    const role = message["role"];
    const at = `message ${index}`;
    if (!roles.has(String(role))) problems.push(`${at} has the role "${role}"`);
    if (role === "system" && index > 0) problems.push(`${at} is a second system message`);
    for (const call of list(message["tool_calls"])) {
      const name = record(record(call)["function"])["name"];
      if (typeof name !== "string" || name === "") problems.push(`${at} calls a tool without a name`);
      open.add(record(call)["id"]);
    }
    if (role !== "tool") continue;
    if (typeof message["tool_name"] !== "string") problems.push(`${at} is a tool result without tool_name`);
    if (!open.has(message["tool_call_id"])) problems.push(`${at} answers a call that was not made before it`);
  }
  return problems;
}

function toolProblems(tools: unknown[]): string[] {
  const names = new Set<unknown>();
  return tools.flatMap((tool, index) => {
    const described = record(record(tool)["function"]);
    const name = described["name"];
    const parameters = record(described["parameters"]);
    const problems: string[] = [];
    if (record(tool)["type"] !== "function") problems.push(`tool ${index} is not of type "function"`);
    if (typeof name !== "string" || name === "") problems.push(`tool ${index} has no name`);
    if (names.has(name)) problems.push(`tool "${name}" is there twice`);
    if (parameters["type"] !== "object") problems.push(`tool "${name}" has parameters that are not of type "object"`);
    if (kind(parameters["properties"]) !== "object") problems.push(`tool "${name}" has no properties`);
    names.add(name);
    return problems;
  });
}

function record(value: unknown): Body {
  return kind(value) === "object" ? (value as Body) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function kind(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

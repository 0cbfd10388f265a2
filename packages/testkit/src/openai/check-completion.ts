// Whether a chat completion request is one that servers understand and that Outpost should send, so that a test sees when it is not.

type Body = Record<string, unknown>;

const roles = new Set(["system", "user", "assistant", "tool"]);
const fields = new Set([
  ...["model", "messages", "tools", "stream", "stream_options", "max_tokens", "max_completion_tokens"],
  ...["parallel_tool_calls", "response_format", "temperature", "seed", "chat_template_kwargs"],
]);

/** What servers refuse for ever, in a text of theirs. */
export function findRefusal(body: Body): string | undefined {
  if (typeof body["model"] !== "string" || body["model"] === "") return "you must provide a model parameter";
  if (!Array.isArray(body["messages"])) return "'messages' is a required property";
  for (const message of body["messages"] as Body[])
    for (const call of list(message["tool_calls"])) {
      const given = record(record(call)["function"])["arguments"];
      if (typeof given !== "string" || !isRecordText(given)) return "invalid tool call arguments";
    }
  return undefined;
}

/** Our own rules, one line for each that is broken. */
export function findProblems(body: Body): string[] {
  const problems = Object.keys(body)
    .filter((field) => !fields.has(field))
    .map((field) => `unknown field "${field}"`);
  if (body["stream"] !== true) problems.push("stream is not true");
  const limit = body["max_tokens"] ?? body["max_completion_tokens"];
  if (!Number.isInteger(limit)) problems.push("max_tokens is not set");
  return [...problems, ...messageProblems(list(body["messages"]) as Body[]), ...toolProblems(list(body["tools"]))];
}

function messageProblems(messages: Body[]): string[] {
  const problems: string[] = [];
  if (messages[0]?.["role"] !== "system") problems.push("the first message is not the system message");
  const open = new Set<unknown>();
  for (const [index, message] of messages.entries()) {
    const { role, content } = message;
    const calls = list(message["tool_calls"]);
    const at = `message ${index}`;
    if (!roles.has(String(role))) problems.push(`${at} has the role "${role}"`);
    if (role === "system" && index > 0) problems.push(`${at} is a second system message`);
    if (typeof content !== "string" && !(content === null && calls.length > 0)) problems.push(`${at} has no text`);
    if (content === "" && calls.length > 0) problems.push(`${at} has an empty text beside calls`);
    for (const call of calls) {
      const { id } = record(call);
      if (typeof id !== "string" || !/^[a-zA-Z0-9]{9}$/.test(id)) problems.push(`${at} has the call id "${id}"`);
      open.add(id);
    }
    if (role === "tool" && !open.has(message["tool_call_id"]))
      problems.push(`${at} answers a call that was not made before it`);
  }
  return problems;
}

function toolProblems(tools: unknown[]): string[] {
  return tools.flatMap((tool, index) => {
    const described = record(record(tool)["function"]);
    const problems: string[] = [];
    if (record(tool)["type"] !== "function") problems.push(`tool ${index} is not of type "function"`);
    if (typeof described["name"] !== "string") problems.push(`tool ${index} has no name`);
    if (record(described["parameters"])["type"] !== "object") problems.push(`tool ${index} has no parameters`);
    return problems;
  });
}

function isRecordText(text: string): boolean {
  try {
    return text !== "" && Object.keys(record(JSON.parse(text))).length >= 0 && text.trimStart().startsWith("{");
  } catch {
    return false;
  }
}

function record(value: unknown): Body {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

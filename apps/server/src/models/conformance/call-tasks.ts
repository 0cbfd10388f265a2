// Whether calls come as they are asked for: the right tool, its arguments, their types; and none where none is due.
import type { CallProtocol, ModelReply } from "@outpost/protocol";
import { ask, type ConformanceTask, tools } from "./task.ts";

type Call = { name: string; arguments: Record<string, unknown> };

const asked: [name: string, said: string, expected: Call][] = [
  ["reads a file", "Read the file src/app.ts.", { name: "read_file", arguments: { path: "src/app.ts" } }],
  [
    "gives a number",
    "Read docs/guide.md from line 120.",
    { name: "read_file", arguments: { path: "docs/guide.md", start_line: 120 } },
  ],
  [
    "gives a boolean",
    "List the folder packages, recursively.",
    { name: "list_directory", arguments: { path: "packages", recursive: true } },
  ],
  [
    "gives a list",
    "Run the program git with the two arguments status and --short.",
    { name: "run_command", arguments: { argv: ["git", "status", "--short"] } },
  ],
  [
    "gives a word of a list",
    'Search the code for the regular expression ^import, with mode "regex".',
    { name: "search_code", arguments: { query: "^import", mode: "regex" } },
  ],
  [
    "keeps quotes",
    'Search the code for exactly this, with the quotes: say("hello")',
    { name: "search_code", arguments: { query: 'say("hello")' } },
  ],
  [
    "keeps spaces in a path",
    "Read the file my notes/to do.txt.",
    { name: "read_file", arguments: { path: "my notes/to do.txt" } },
  ],
  [
    "writes several lines",
    "Write the file hello.py with these two lines:\nprint('one')\nprint('two')",
    { name: "write_file", arguments: { path: "hello.py", content: "print('one')\nprint('two')\n" } },
  ],
];

function judgeCall(expected: Call): (reply: ModelReply) => string | null {
  return ({ toolCalls, content }) => {
    const [call, ...more] = toolCalls;
    if (!call) return content.trim() === "" ? "an empty reply" : `no call: ${content.trim().slice(0, 120)}`;
    if (more.length > 0) return `${toolCalls.length} calls instead of one`;
    if (call.name !== expected.name) return `called ${call.name} instead of ${expected.name}`;
    const given = call.arguments as Record<string, unknown> | null;
    for (const [key, value] of Object.entries(expected.arguments))
      if (plain(given?.[key]) !== plain(value)) return `${key} is ${JSON.stringify(given?.[key])?.slice(0, 80)}`;
    return null;
  };
}

/** An end of the last line more or less is no fault. */
function plain(value: unknown): string {
  return JSON.stringify(typeof value === "string" ? value.trimEnd() : value) ?? "";
}

function callTask(protocol: CallProtocol, [name, said, expected]: (typeof asked)[number]): ConformanceTask {
  const title = protocol === "native" ? name : `${name} (${protocol})`;
  return {
    ...{ area: "calls", name: title, protocol, tools, messages: ask(said) },
    ...{ sample: { calls: [expected] }, judge: judgeCall(expected) },
  };
}

const goesOn: Call = { name: "read_file", arguments: { path: "src/parse.ts" } };
const ends: Call = { name: "finish", arguments: {} };

function followUps(): ConformanceTask[] {
  const call = { id: "call_1", name: "search_code", arguments: { query: "parseLine" } };
  const searched = ask("Find the file that defines parseLine, then read that file.");
  const common = { area: "calls" as const, protocol: "native" as const, tools };
  return [
    {
      ...{ ...common, name: "goes on from a result", judge: judgeCall(goesOn), sample: { calls: [goesOn] } },
      messages: [
        ...searched,
        { role: "assistant", content: "", toolCalls: [call] },
        {
          role: "tool",
          content: "src/parse.ts:3: export function parseLine(",
          toolCallId: "call_1",
          toolName: "search_code",
        },
      ],
    },
    {
      ...{ ...common, name: "ends when it is done", judge: judgeCall(ends) },
      sample: { calls: [{ name: "finish", arguments: { summary: "nothing to do" } }] },
      messages: ask("There is nothing to do. End the task with a short summary."),
    },
    {
      ...{ ...common, name: "makes no call for a greeting", sample: { content: "Hello!" } },
      messages: [
        { role: "system", content: "You are a coding agent. Call a tool only when there is something to do." },
        { role: "user", content: "Hello! Just say hello back, in words." },
      ],
      judge: ({ toolCalls }) => (toolCalls.length === 0 ? null : `called ${toolCalls[0]?.name}`),
    },
  ];
}

export function callTasks(): ConformanceTask[] {
  const other = [asked[0], asked[3], asked[7]].filter((task) => task !== undefined);
  return [
    ...asked.map((task) => callTask("native", task)),
    ...followUps(),
    ...other.map((task) => callTask("json", task)),
    ...other.map((task) => callTask("text", task)),
  ];
}

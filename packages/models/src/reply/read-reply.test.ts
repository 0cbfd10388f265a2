// Printed calls, one family after another: what is a call, what is none, and what is left of the text.
import { describe, expect, it } from "vitest";
import { readPrintedCalls } from "./read-reply.ts";
import { testingTools } from "./testing-tools.ts";

type Expected = [name: string, given: Record<string, unknown>];
type Case = [title: string, text: string, calls: Expected[], content?: string];

const open: Expected = ["open_page", { path: "lib/main.rs" }];
const list: Expected = ["list_names", { path: "lib" }];
const json = '{"name": "open_page", "arguments": {"path": "lib/main.rs"}}';
const listJson = '{"name": "list_names", "arguments": {"path": "lib"}}';

const read = (text: string, isCut = false) => readPrintedCalls({ text, isCut }, testingTools);
const callsOf = (text: string, isCut = false): Expected[] =>
  read(text, isCut).calls.map((call) => [call.name, call.arguments]);

function table(cases: Case[]): void {
  it.each(cases)("%s", (_, text, calls, content = "") => {
    const reading = read(text);
    expect(reading.calls.map((call) => [call.name, call.arguments])).toEqual(calls);
    expect(reading.content).toBe(content);
  });
}

describe("JSON", () => {
  table([
    ["bare", json, [open]],
    ["behind a sentence", `Looking.\n${json}`, [open], "Looking."],
    ["before a word on what comes next", `${json}\n\nI'll wait for the result.`, [open], "I'll wait for the result."],
    ["parameters", '{"name": "open_page", "parameters": {"path": "lib/main.rs"}}', [open]],
    ["tool and tool_input", '{"tool": "open_page", "tool_input": {"path": "lib/main.rs"}}', [open]],
    [
      "a thought beside it",
      '{"thought": "see it", "action": "open_page", "action_input": {"path": "lib/main.rs"}}',
      [open],
    ],
    ["the arguments as text", '{"name": "open_page", "arguments": "{\\"path\\": \\"lib/main.rs\\"}"}', [open]],
    ["a function by name", '{"function": "open_page", "arguments": {"path": "lib/main.rs"}}', [open]],
    ["keyed by the tool", '{"open_page": {"path": "lib/main.rs"}}', [open]],
    ["flat", '{"tool": "open_page", "path": "lib/main.rs"}', [open]],
    ["the API's list", `{"tool_calls": [{"id": "a", "type": "function", "function": ${json}}]}`, [open]],
    [
      "a wrapper of several",
      '{"tool_uses": [{"recipient_name": "functions.open_page", "parameters": {"path": "lib/main.rs"}}]}',
      [open],
    ],
    ["one behind the other", `${json}\n${listJson}`, [open, list]],
    ["semicolons between", `${json}; ${listJson}`, [open, list]],
    ["the same twice is one", `${json}\n${json}`, [open]],
    ["Python's quotes and constants", "{'name': 'list_names', 'arguments': {'path': None}}", [["list_names", {}]]],
    ["a comma too many", '{"name": "open_page", "arguments": {"path": "lib/main.rs",},}', [open]],
    ["no quotes around keys", '{name: "open_page", arguments: {path: "lib/main.rs"}}', [open]],
    ["comments", '{"name": "open_page", // the file\n "arguments": {"path": "lib/main.rs"} /* all */}', [open]],
    ["doubled braces everywhere", '{{"name": "open_page", "arguments": {{"path": "lib/main.rs"}}}}', [open]],
    ["a bracket too few, reading", '{"name": "open_page", "arguments": {"path": "lib/main.rs"}', [open]],
    ["a closing tag without an opening one", `${json}\n</tool_call>`, [open]],
    ["end tokens", `${json}<|eot_id|><|end_of_text|>`, [open]],
  ]);
});

describe("fences", () => {
  table([
    ["with a label", `\`\`\`json\n${json}\n\`\`\``, [open]],
    ["without", `Opening it now.\n\`\`\`\n${json}\n\`\`\``, [open], "Opening it now."],
    ["of tool_call", `\`\`\`tool_call\n${json}\n\`\`\`\n`, [open]],
    ["two blocks", `\`\`\`json\n${json}\n\`\`\`\nand\n\`\`\`json\n${listJson}\n\`\`\``, [open, list], "and"],
    ["two in one block", `\`\`\`json\n${json}\n${listJson}\n\`\`\``, [open, list]],
    ["tags inside", `\`\`\`xml\n<tool_call>\n${json}\n</tool_call>\n\`\`\``, [open]],
    ["tool_code with Python", '```tool_code\nopen_page(path="lib/main.rs")\n```', [open]],
    ["tildes", `~~~json\n${json}\n~~~`, [open]],
  ]);
});

describe("tags", () => {
  const body = '{"path": "lib/main.rs"}';
  table([
    ["tool_call", `Let me see.\n<tool_call>\n${json}\n</tool_call>`, [open], "Let me see."],
    ["two", `<tool_call>${json}</tool_call>\n<tool_call>${listJson}</tool_call>`, [open, list]],
    ["behind a sentence on the line", `I open it. <tool_call>${json}</tool_call>`, [open], "I open it."],
    ["unclosed", `<tool_call>\n${json}`, [open]],
    ["opened twice", `<tool_call>\n<tool_call>\n${json}\n</tool_call>`, [open]],
    ["a bracket too few before the closing tag", `<tool_call>\n${json.slice(0, -1)}\n</tool_call>`, [open]],
    ["a list", `<tool_calls>[${json}, ${listJson}]</tool_calls>`, [open, list]],
    ["function_call", `<function_call> ${json} </function_call>`, [open]],
    ["tools", `<tools>\n${json}\n</tools>`, [open]],
    ["capital letters", `<TOOLCALL>[${json}]</TOOLCALL>`, [open]],
    ["a name alone", '<tool_call>{"name": "list_names"}</tool_call>', [["list_names", {}]]],
    ["function=", `<function=open_page>${body}</function>`, [open]],
    [
      "function= with parameters",
      "<function=open_page>\n<parameter=path>\nlib/main.rs\n</parameter>\n</function>",
      [open],
    ],
    [
      "function= inside tool_call, closed by that alone",
      "<tool_call>\n<function=open_page>\n<parameter=path>\nlib/main.rs\n</parameter>\n</tool_call>",
      [open],
    ],
    [
      "numbers and lists by the schema",
      '<function=grep_code><parameter=query>12</parameter><parameter=folders>["a", "b"]</parameter></function>',
      [["grep_code", { query: "12", folders: ["a", "b"] }]],
    ],
    [
      "a value that looks like tags",
      "<function=write_file>\n<parameter=path>a.md</parameter>\n<parameter=content>\nuse </parameter> and\n<parameter=path>\nthere\n</parameter>\n</function>",
      [["write_file", { path: "a.md", content: "use </parameter> and\n<parameter=path>\nthere" }]],
    ],
    [
      "the name as an attribute",
      '<function name="open_page"><parameter name="path">lib/main.rs</parameter></function>',
      [open],
    ],
    ["invoke", '<invoke name="open_page">\n<parameter name="path">lib/main.rs</parameter>\n</invoke>', [open]],
    [
      "invoke in a namespace",
      '<minimax:tool_call>\n<invoke name="open_page">\n<parameter name="path">lib/main.rs</parameter>\n</invoke>\n</minimax:tool_call>',
      [open],
    ],
    [
      "DSML",
      '<｜DSML｜function_calls>\n<｜DSML｜invoke name="show_spots">\n<｜DSML｜parameter name="spots" string="false">[{"path": "a", "line": 3}]</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
      [["show_spots", { spots: [{ path: "a", line: 3 }] }]],
    ],
    [
      "arg_key",
      "<tool_call>open_page\n<arg_key>path</arg_key>\n<arg_value>lib/main.rs</arg_value>\n<arg_key>start_line</arg_key>\n<arg_value>4</arg_value>\n</tool_call>",
      [["open_page", { path: "lib/main.rs", start_line: 4 }]],
    ],
    ["the tool's name", "<open_page>\n<path>lib/main.rs</path>\n</open_page>", [open]],
    [
      "the tool's name, its attributes",
      '<open_page path="lib/main.rs" start_line="2" />',
      [["open_page", { path: "lib/main.rs", start_line: 2 }]],
    ],
    ["the tool's name, JSON inside", `<open_page>${body}</open_page>`, [open]],
    [
      "another agent's name",
      "<execute_command>\n<command>make check</command>\n</execute_command>",
      [["run_command", { command: "make check" }]],
    ],
  ]);
});

describe("tokens", () => {
  table([
    ["Mistral, a list", `[TOOL_CALLS] [${json}]</s>`, [open]],
    [
      "Mistral, names",
      '[TOOL_CALLS]open_page[ARGS]{"path": "lib/main.rs"}[TOOL_CALLS]list_names[ARGS]{"path": "lib"}',
      [open, list],
    ],
    ["Mistral, ids", '[TOOL_CALLS]open_page[CALL_ID]a1B2c3D4e[ARGS]{"path": "lib/main.rs"}', [open]],
    ["Llama, JSON", '<|python_tag|>{"name": "open_page", "parameters": {"path": "lib/main.rs"}}<|eom_id|>', [open]],
    ["Llama, a method", '<|python_tag|>open_page.call(path="lib/main.rs")', [open]],
    ["Llama 4", '<|python_start|>[open_page(path="lib/main.rs")]<|python_end|>', [open]],
    [
      "DeepSeek, two",
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>open_page\n```json\n{"path": "lib/main.rs"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>list_names\n```json\n{"path": "lib"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>',
      [open, list],
    ],
    [
      "DeepSeek, without the outer tokens",
      '<｜tool▁call▁begin｜>open_page<｜tool▁sep｜>{"path": "lib/main.rs"}',
      [open],
    ],
    [
      "Kimi",
      '<|tool_calls_section_begin|><|tool_call_begin|>functions.open_page:0<|tool_call_argument_begin|>{"path": "lib/main.rs"}<|tool_call_end|><|tool_calls_section_end|>',
      [open],
    ],
    ["Kimi, as plain text", 'I open it.\n\nfunctions.open_page:0 {"path": "lib/main.rs"}', [open], "I open it."],
    [
      "gpt-oss",
      '<|channel|>commentary to=functions.open_page <|constrain|>json<|message|>{"path": "lib/main.rs"}<|call|>',
      [open],
    ],
    [
      "gpt-oss, the addressee first",
      '<|start|>assistant to=functions.open_page<|channel|>commentary json<|message|>{"path": "lib/main.rs"}<|call|>',
      [open],
    ],
    ["gpt-oss, its tokens eaten", 'commentary to=functions.open_page json{"path": "lib/main.rs"}', [open]],
    ["Qwen-Agent", '✿FUNCTION✿: open_page\n✿ARGS✿: {"path": "lib/main.rs"}\n✿RESULT✿: fn main', [open]],
    ["LM Studio", `[TOOL_REQUEST]\n${json}\n[END_TOOL_REQUEST]`, [open]],
    ["Granite and Phi", `<|tool_call|>[${json}]<|/tool_call|>`, [open]],
    ["functools", `functools[${json}]`, [open]],
    ["InternLM", `<|action_start|><|plugin|>${json}<|action_end|>`, [open]],
    [
      "Command R",
      '<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "open_page", "parameters": {"path": "lib/main.rs"}}]<|END_ACTION|>',
      [open],
    ],
  ]);
});

describe("Python and ReAct", () => {
  table([
    ["a list", "[open_page(path='lib/main.rs'), list_names(path=\"lib\")]", [open, list]],
    [
      "one call",
      'open_page(path="lib/main.rs", start_line=3)',
      [["open_page", { path: "lib/main.rs", start_line: 3 }]],
    ],
    ["without the names of the arguments", 'open_page("lib/main.rs")', [open]],
    [
      "three quotes",
      'write_file(path="a.py", content="""x = "1"\nprint(x)\n""")',
      [["write_file", { path: "a.py", content: 'x = "1"\nprint(x)\n' }]],
    ],
    [
      "lists and constants",
      "[show_spots(spots=[{'path': 'a', 'line': 2}], title=None)]",
      [["show_spots", { spots: [{ path: "a", line: 2 }] }]],
    ],
    [
      "ReAct",
      'Thought: see it\nAction: open_page\nAction Input: {"path": "lib/main.rs"}\nObservation: fn main() {}',
      [open],
      "Thought: see it",
    ],
    ["ReAct, a plain text", "Action: open_page\nAction Input: lib/main.rs", [open]],
    ["ReAct, in bold", '**Action:** `open_page`\n**Action Input:** {"path": "lib/main.rs"}', [open]],
    ["ReAct, as a call", 'Action: open_page(path="lib/main.rs")', [open]],
  ]);
});

const refused: [title: string, text: string][] = [
  ["prose", "Everything passes. I changed lib/main.rs."],
  ["a tool nobody declared", '{"name": "drop_tables", "arguments": {}}'],
  ["data that has a tool's name", '{"name": "open_page", "status": "done", "files": 3}'],
  ["a package's description", '{"name": "list_names", "version": "1.0.0", "dependencies": {}}'],
  ["JSON within a sentence", `Call it with ${json} and wait.`],
  ["JSON that is explained", `${json}\nis how one would read it.`],
  ["an example", `For example:\n\n${json}`],
  ["an example in a fence", `You can call the tool like this:\n\n\`\`\`json\n${json}\n\`\`\``],
  ["an example in tags", `The model should reply with:\n<tool_call>${json}</tool_call>`],
  ["what a file says", `The README says:\n\n<tool_call>${json}</tool_call>`],
  ["inline code", `It printed \`<tool_call>${json}</tool_call>\` and stopped.`],
  ["a quoted line", `> <tool_call>${json}</tool_call>`],
  ["a string in quotes", `The log has "<tool_call>${json}</tool_call>".`],
  ["another language's block", `\`\`\`ts\n${json}\n\`\`\``],
  ["a block with more than calls", `\`\`\`json\n${json}\n// and so on\n\`\`\``],
  ["a block of Python", '```python\nopen_page(path="lib/main.rs")\n```'],
  ["a call in a sentence", 'I used open_page(path="lib/main.rs") and it worked.'],
  ["code at the end of an answer", 'To see it yourself, run\n\nopen_page("lib/main.rs")'],
  ["thinking", `<think>\n<tool_call>${json}</tool_call>\n</think>`],
  ["thinking in the middle", `Well.\n<thinking>\n${json}\n</thinking>`],
  ["thinking without an end", `Well.\n<think>\n${json}`],
  ["thinking without a beginning", `${json}\n</think>\n\nAll done.`],
  ["gpt-oss's analysis", `<|channel|>analysis<|message|>${json}<|end|>`],
  ["HTML", '<div>\n<p>open_page</p>\n<search>\n<input name="q">\n</search>\n</div>'],
  ["a list with something else in it", `[${json}, 1]`],
  ["a made-up answer of a tool", `<tool_response>\n${json}\n</tool_response>\n`],
  ["tokens over and over", "<｜tool▁calls▁begin｜>".repeat(200)],
];

describe("no call", () => {
  it.each(refused)("%s", (_, text) => {
    expect(read(text)).toMatchObject({ calls: [], refused: [] });
  });

  it.each([
    ["JSON cut in a string", '<tool_call>\n{"name": "write_file", "arguments": {"path": "a", "content": "x = '],
    ["JSON cut in a string, reading", '{"name": "open_page", "arguments": {"path": "lib/ma'],
    ["a mutating call with a bracket too few", '{"name": "run_command", "arguments": {"command": "make"}'],
    [
      "a mutating call with a bracket too few, though its tag is closed",
      '<tool_call>\n{"name": "write_file", "arguments": {"path": "a", "content": "x = 1"}\n</tool_call>',
    ],
    ["the same within <function=>", '<function=run_command>{"command": "make"</function>'],
    ["a mutating call with loose quotes", '{"name": "run_command", "arguments": {"command": "echo "hi" there"}}'],
    [
      "a value without its closing tag",
      "<function=write_file>\n<parameter=path>a</parameter>\n<parameter=content>\nx = ",
    ],
    ["a tag cut short", "<tool_call>\n<function=open_page>\n<parameter=pa"],
    ["nothing behind the tag", "I call it.\n<tool_call>"],
    ["arg_value cut", "<tool_call>open_page\n<arg_key>path</arg_key>\n<arg_value>lib/ma"],
    [
      "DSML without its end",
      '<｜DSML｜invoke name="open_page">\n<｜DSML｜parameter name="path">lib</｜DSML｜parameter>',
    ],
    ["a Python call cut", '[open_page(path="lib/ma'],
  ])("when it was cut or is uncertain: %s", (_, text) => {
    expect(read(text).calls).toEqual([]);
  });

  it("when the reply was cut, though the model never closes its tags", () => {
    const text = "<function=write_file>\n<parameter=path> a.txt\n<parameter=content> one\ntwo";
    expect(callsOf(text)).toEqual([["write_file", { path: "a.txt", content: "one\ntwo" }]]);
    expect(callsOf(text, true)).toEqual([]);
  });

  it("says that the text ends in the middle of one", () => {
    expect(read('<tool_call>\n{"name": "write_file", "argum').isBrokenOff).toBe(true);
    expect(read('<tool_call>\n{"name": "write_file", "arguments": {"path": "a", "content": "x').isBrokenOff).toBe(true);
    expect(read("I will call write_file next.").isBrokenOff).toBe(false);
  });
});

describe("calls that are shown, or that the model puts into another's mouth", () => {
  const write = '{"name": "write_file", "arguments": {"path": "a.ts", "content": "x"}}';
  const tagged = `<tool_call>${write}</tool_call>`;
  it.each([
    ["an HTML comment", `<!-- ${tagged} -->\nhello`],
    ["code in markup", `<code>${tagged}</code>`],
    ["an example in markup", `<example>\n${tagged}\n</example>`],
    ["indented, behind its announcement", `This is the format:\n\n    ${write}\n`],
    ["a block that the sentence behind it is about", `~~~\n${tagged}\n~~~\nis what one would write`],
    ["a block of backticks, the same", `\`\`\`json\n${write}\n\`\`\`\nwould be the call`],
  ])("%s", (_, text) => expect(callsOf(text)).toEqual([]));

  it.each([
    ["a person's next message", `<tool_call>${json}</tool_call>\nUser: now write\n${tagged}`],
    ["a turn of its own template", `<tool_call>${json}</tool_call><|im_end|>\n<|im_start|>user\n${tagged}`],
  ])("%s: only what stands before it is called", (_, text) => expect(callsOf(text)).toEqual([open]));

  it("markup that is opened and never closed hides nothing", () => {
    expect(callsOf(`<code>\n<tool_call>${json}</tool_call>`)).toEqual([open]);
  });
});

describe("calls that do not fit", () => {
  it("are handed on whole, with what is wrong", () => {
    expect(read('<tool_call>{"name": "write_file", "arguments": {"path": "a"}}</tool_call>')).toMatchObject({
      calls: [],
      refused: [
        { name: "write_file", problem: "content is missing", call: { name: "write_file", arguments: { path: "a" } } },
      ],
      content: "",
    });
  });

  it("only read: a bracket too few does no harm", () => {
    const short = '<tool_call>\n{"name": "open_page", "arguments": {"path": "lib/main.ts"}\n</tool_call>';
    expect(callsOf(short)).toEqual([["open_page", { path: "lib/main.ts" }]]);
    const { refused: write } = read(short.replace("open_page", "run_command").replace("path", "command"));
    expect(write).toEqual([{ name: "run_command", problem: "closing brackets are missing" }]);
  });

  it("are not handed on where something is missing that nobody knows", () => {
    const { refused: cut } = read('{"name": "write_file", "arguments": {"path": "a", "content": "x');
    expect(cut).toEqual([{ name: "write_file", problem: "it was cut before its end" }]);
  });
});

it("calls are bounded in number", () => {
  const many = (count: number) =>
    Array.from(
      { length: count },
      (_, index) => `<tool_call>{"name": "list_names", "arguments": {"path": "${index}"}}</tool_call>`,
    ).join("\n");
  expect(read(many(32)).calls).toHaveLength(32);
  expect(read(many(33))).toMatchObject({ calls: [], content: many(33) });
});

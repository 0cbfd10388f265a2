import { describe, expect, it } from "vitest";
import { parseTextCalls } from "./text-calls.ts";

const names = new Set(["read_file", "write_file", "list_directory"]);
const read = { name: "read_file", arguments: { path: "src/app.ts" } };
const list = { name: "list_directory", arguments: { path: "src" } };
const json = JSON.stringify(read);

const accepted: [title: string, text: string, calls: object[], content: string][] = [
  ["bare JSON", json, [read], ""],
  ["bare JSON over lines", JSON.stringify(read, null, 2), [read], ""],
  ["JSON behind prose", `I will look.\n\n${json}`, [read], "I will look."],
  ["several, one a line", `${json}\n${JSON.stringify(list)}`, [read, list], ""],
  ["a list of calls", JSON.stringify([read, list]), [read, list], ""],
  ["other words for arguments", `{"name":"read_file","parameters":{"path":"src/app.ts"}}`, [read], ""],
  ["the API's own shape", JSON.stringify({ type: "function", function: read }), [read], ""],
  ["a leaked end token", `${json}<|im_end|>`, [read], ""],
  ["a fence", `Now:\n\n\`\`\`json\n${json}\n\`\`\`\n\nThis reads it.`, [read], "Now:\n\n\n\nThis reads it."],
  ["a fence without its end, at the end", `\`\`\`json\n${json}`, [read], ""],
  ["tags", `<tool_call>\n${json}\n</tool_call>\n<tool_call>${JSON.stringify(list)}</tool_call>`, [read, list], ""],
  [
    "a body that holds fences and closing tags",
    `<tool_call>${JSON.stringify({ name: "write_file", arguments: { path: "a.md", content: "```\n</tool_call>\n```" } })}</tool_call>`,
    [{ name: "write_file", arguments: { path: "a.md", content: "```\n</tool_call>\n```" } }],
    "",
  ],
];

const refused: [title: string, text: string][] = [
  ["prose", "The tests pass. I changed src/app.ts."],
  ["an unknown tool", '{"name":"remove_all","arguments":{}}'],
  ["a tool's name in another case", '{"name":"Read_File","arguments":{}}'],
  ["data that has a name", '{"name":"read_file","status":"done","files":3}'],
  ["arguments that are no record", '{"name":"read_file","arguments":["src/app.ts"]}'],
  ["JSON in the middle of prose", `${json}\nis how one would read it.`],
  ["JSON within a line", `Call it so: ${json}`],
  ["an unterminated string", json.slice(0, -8)],
  ["an unclosed tag", `<tool_call>\n${json}`],
  ["a broken tag body", `<tool_call>\n{${json}}\n</tool_call>`],
  ["a tag inside a code block", `Like this:\n\`\`\`xml\n<tool_call>${json}</tool_call>\n\`\`\``],
  ["a call inside another language's block", `\`\`\`ts\n${json}\n\`\`\``],
  ["a block that holds more than calls", `\`\`\`json\n${json}\n// and so on\n\`\`\``],
  ["a list with something else in it", JSON.stringify([read, 1])],
];

describe("text calls", () => {
  it.each(accepted)("are found: %s", (_, text, calls, content) => {
    expect(parseTextCalls(text, names)).toEqual({ calls, content });
  });

  it.each(refused)("are not seen in %s", (_, text) => {
    expect(parseTextCalls(text, names)).toEqual({ calls: [], content: text });
  });

  it("are bounded", () => {
    expect(parseTextCalls(`${json}\n`.repeat(16), names).calls).toHaveLength(16);
    expect(parseTextCalls(`${json}\n`.repeat(17), names).calls).toEqual([]);
  });
});

// Whatever is done to a reply's text, reading it ends, soon, and yields only calls of declared tools that fit their schemas.
import { cpuMs } from "@outpost/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asSchema, findProblem } from "./json-schema.ts";
import { type PrintedCalls, readPrintedCalls } from "./read-reply.ts";
import { testingTools } from "./testing-tools.ts";

const json = '{"name": "write_file", "arguments": {"path": "a.py", "content": "x = \\"1\\"\\n</tool_call>"}}';
const seeds = [
  `I write it.\n<tool_call>\n${json}\n</tool_call>\n`,
  `\`\`\`json\n${json}\n\`\`\`\n`,
  `${json}\n`,
  "<tool_call>\n<function=write_file>\n<parameter=path>\na.py\n</parameter>\n<parameter=content>\n1 < 2\n</parameter>\n</function>\n</tool_call>\n",
  '<｜DSML｜invoke name="write_file"><｜DSML｜parameter name="path">a</｜DSML｜parameter><｜DSML｜parameter name="content">x</｜DSML｜parameter></｜DSML｜invoke>\n',
  "<tool_call>write_file<arg_key>path</arg_key><arg_value>a</arg_value><arg_key>content</arg_key><arg_value>x</arg_value></tool_call>\n",
  "<write_file>\n<path>a</path>\n<content>\nx\n</content>\n</write_file>\n",
  '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>open_page\n```json\n{"path":"a"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  '<|tool_call_begin|>functions.open_page:0<|tool_call_argument_begin|>{"path":"a"}<|tool_call_end|>',
  '[TOOL_CALLS]open_page[ARGS]{"path":"a"}',
  '<|channel|>commentary to=functions.open_page<|message|>{"path":"a"}<|call|>',
  "[open_page(path=\"a\"), run_command(command='ls -l')]\n",
  'Action: open_page\nAction Input: {"path": "a"}\nObservation: x\n',
  '✿FUNCTION✿: open_page\n✿ARGS✿: {"path": "a"}\n',
  "<think>\nI could call `write_file`.\n</think>\nDone.\n",
];
const names = new Set(testingTools.map((tool) => tool.name));
const schemas = new Map(testingTools.map((tool) => [tool.name, asSchema(tool.parameters)]));
const runs = process.env["OUTPOST_FULL"] === "1" ? 10_000 : 1500;

function expectSound(reading: PrintedCalls): void {
  for (const call of reading.calls) {
    expect(names).toContain(call.name);
    expect(findProblem(call.arguments, schemas.get(call.name) ?? {})).toBeUndefined();
  }
  for (const { call } of reading.refused) if (call) expect(names).toContain(call.name);
}

const seed = fc.constantFrom(...seeds);
const mutated = fc.oneof(
  // Cut at both ends.
  fc.tuple(seed, fc.nat(400), fc.nat(20)).map(([text, end, start]) => text.slice(start, end)),
  // A part of it again.
  fc
    .tuple(seed, fc.nat(200), fc.nat(200))
    .map(([text, a, b]) => text + text.slice(Math.min(a, b), Math.max(a, b)) + text),
  // Its pieces in another order.
  fc
    .tuple(seed, seed, fc.array(fc.nat(60), { minLength: 1, maxLength: 40 }))
    .map(([a, b, order]) => order.map((at) => (a + b).slice(at * 9, at * 9 + 9)).join("")),
  // A character somewhere.
  fc
    .tuple(seed, fc.nat(200), fc.constantFrom(..."{}[]<>\"'`\\\n|｜,:=()✿"))
    .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at)),
  fc.string({
    maxLength: 300,
    unit: fc.constantFrom(..."{}[]<>\"'`\\\n|, :=()aA1", "open_page", "<tool_call>", "```", "\n\n"),
  }),
);

describe("mutated replies", () => {
  it("never throw, and never call what was not declared or does not fit", () => {
    let found = 0;
    const property = fc.property(mutated, fc.boolean(), (text, isCut) => {
      const reading = readPrintedCalls({ text, isCut }, testingTools);
      expectSound(reading);
      found += reading.calls.length;
    });
    fc.assert(property, { numRuns: runs });
    // Or nothing was looked at.
    expect(found).toBeGreaterThan(runs / 50);
  });

  it("that are cut inside the arguments of a changing call never make it", () => {
    const [tagged = "", fenced = "", bare = "", functions = "", , keys = "", cline = ""] = seeds;
    for (const text of [tagged, fenced, bare, functions, keys, cline]) {
      const last = Math.max(
        text.lastIndexOf('"}}'),
        text.lastIndexOf("</parameter>"),
        text.lastIndexOf("</arg_value>"),
        text.lastIndexOf("</content>"),
      );
      for (let end = 0; end <= last; end++) {
        const { calls } = readPrintedCalls({ text: text.slice(0, end), isCut: true }, testingTools);
        expect(calls, text.slice(0, end)).toEqual([]);
      }
    }
  });
});

describe("a megabyte", () => {
  const size = 1_000_000;
  const fill = (unit: string) => unit.repeat(Math.ceil(size / unit.length));
  it.each([
    ...[
      "<tool_call>",
      "<tool_call>{",
      '{"name": "',
      "{",
      "[",
      "[open_page(",
      "<",
      "`",
      "```\n",
      "\n",
      " ",
      '{"a":1}\n',
      "<think>",
      "</think>",
    ],
    ...[
      "<｜tool▁calls▁begin｜>",
      "<｜tool▁call▁begin｜>",
      "[TOOL_CALLS]",
      "<function=open_page>",
      "<parameter=path>",
      "</parameter>",
      '"',
      "'",
    ],
    ...[
      "<open_page>\n<path>",
      '<invoke name="open_page">',
      "<tool_call>open_page\n<arg_key>path</arg_key><arg_value>",
      "Action: open_page\n",
      "✿FUNCTION✿: open_page\n",
    ],
    ...[
      "<function=open_page>\n<parameter=path>\n",
      'open_page(path="',
      "<|channel|>commentary to=open_page",
      "{{",
      "a.b.c.",
      "<a b='",
      "to=",
    ],
  ])("of %j is read in time", (unit) => {
    const text = fill(unit);
    const cost = cpuMs(() => {
      expectSound(readPrintedCalls({ text, isCut: false }, testingTools));
      expectSound(
        readPrintedCalls({ text: `<function=write_file>\n<parameter=content>\n${text}`, isCut: false }, testingTools),
      );
    });
    expect(cost).toBeLessThan(6000);
  });

  it("as one argument is read whole", () => {
    const content = fill('let x = "1"; // <tool_call> ```\n');
    const text = `<tool_call>\n${JSON.stringify({ name: "write_file", arguments: { path: "a", content } })}\n</tool_call>`;
    expect(readPrintedCalls({ text, isCut: false }, testingTools).calls).toEqual([
      { name: "write_file", arguments: { path: "a", content } },
    ]);
  });
});

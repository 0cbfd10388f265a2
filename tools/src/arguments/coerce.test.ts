import { describe, expect, it } from "vitest";
import { coerceArguments } from "./coerce.ts";
import type { JsonSchema } from "./json-schema.ts";

const schema: JsonSchema = {
  type: "object",
  properties: {
    path: { type: "string" },
    start_line: { type: "integer" },
    share: { type: "number" },
    all: { type: "boolean" },
    argv: { type: "array", items: { type: "string" } },
    spots: {
      type: "array",
      items: {
        type: "object",
        properties: { path: { type: "string" }, line: { type: "integer" } },
        required: ["path"],
      },
    },
  },
  required: ["path"],
};

describe("coerceArguments", () => {
  it.each([
    ["what is right stays", { path: "a", start_line: 3, all: false }, { path: "a", start_line: 3, all: false }],
    ["nothing", undefined, {}],
    ["null", null, {}],
    ["all of it as JSON text", '{"path":"a","start_line":"7"}', { path: "a", start_line: 7 }],
    ["numbers in quotes", { start_line: "12", share: "0.5" }, { start_line: 12, share: 0.5 }],
    ["a number with a sign and spaces", { start_line: " -3 " }, { start_line: -3 }],
    ["a float that is whole", { start_line: "12.0" }, { start_line: 12 }],
    ["no number", { start_line: "12a", share: "1e33405" }, { start_line: "12a", share: "1e33405" }],
    ["booleans in quotes", { all: "True" }, { all: true }],
    ["booleans as numbers", { all: 0 }, { all: false }],
    ["no boolean", { all: "maybe" }, { all: "maybe" }],
    ["a list as JSON text", { argv: '["ls", "-l"]' }, { argv: ["ls", "-l"] }],
    ["broken JSON text is one item", { argv: '["ls", ' }, { argv: ['["ls", '] }],
    ["one for a list", { argv: "ls" }, { argv: ["ls"] }],
    ["numbers in a list of texts", { argv: ["sleep", 1] }, { argv: ["sleep", "1"] }],
    ["one object for a list", { spots: { path: "a", line: "2" } }, { spots: [{ path: "a", line: 2 }] }],
    ["objects as JSON text in a list", { spots: ['{"path":"a"}'] }, { spots: [{ path: "a" }] }],
    ["text that looks like JSON stays text", { path: '{"a":1}' }, { path: '{"a":1}' }],
    ["a number for text", { path: 7 }, { path: "7" }],
    ["an object for text stays, to be refused", { path: { a: 1 } }, { path: { a: 1 } }],
    ["empty optionals are dropped", { path: "a", start_line: null, argv: [], all: "" }, { path: "a" }],
    ["an empty required one stays", { path: "" }, { path: "" }],
    ["unknown names are dropped", { path: "a", reason: "because" }, { path: "a" }],
    ["another spelling of the name", { Path: "a", startLine: 3, "START-LINE": 9 }, { path: "a", start_line: 3 }],
    ["another name", { file_path: "a", command: ["ls"] }, { path: "a", argv: ["ls"] }],
    ["another name never wins over the right one", { filePath: "b", path: "a" }, { path: "a" }],
    ["no object", 7, 7],
    ["a list", ["a"], ["a"]],
  ])("%s", (_, given, expected) => {
    expect(coerceArguments(given, schema)).toEqual(expected);
  });

  it("does not read inherited names", () => {
    expect(coerceArguments(JSON.parse('{"__proto__":{"path":"x"}}'), schema)).toEqual({});
  });
});

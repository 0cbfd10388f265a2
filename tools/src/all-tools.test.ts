import { describe, expect, it } from "vitest";
import { createTools, findTool } from "./all-tools.ts";

const tools = createTools();

describe("createTools", () => {
  it("has the tools of the house, each name once", () => {
    expect(tools.map((tool) => `${tool.schema.name} ${tool.effect}`).sort()).toEqual([
      "apply_patch write",
      "ask_user ask",
      "edit_file write",
      "find_files read",
      "find_symbol read",
      "finish end",
      "git_commit write",
      "git_diff read",
      "git_log read",
      "git_status read",
      "grep_code read",
      "list_directory read",
      "read_file read",
      "read_output command",
      "remember read",
      "repository_map read",
      "run_command command",
      "run_tests command",
      "search_code read",
      "update_plan read",
      "write_file write",
    ]);
  });

  it("costs little in every prompt; what a run is offered is measured in apps/server/src/worker/prefix-size.test.ts", () => {
    expect(JSON.stringify(tools.map((tool) => tool.schema)).length).toBeLessThan(5200);
  });

  it("sends plain schemas", () => {
    for (const { schema } of tools) {
      expect(schema.parameters["type"]).toBe("object");
      expect(schema.description).not.toBe("");
      expect(JSON.stringify(schema)).not.toMatch(/\$schema|additionalProperties|9007199254740991|"default"/);
    }
  });

  it("finds by name", () => {
    expect(findTool("read_file")).toBe(tools.find((tool) => tool.schema.name === "read_file"));
    expect(findTool("Read_File")).toBeUndefined();
  });
});

describe("parse", () => {
  const parse = (name: string, value: unknown) => findTool(name)?.parse(value);

  it.each([
    ["read_file", { path: "a", start_line: "3" }, { path: "a", start_line: 3 }],
    ["read_file", { file_path: "a", end_line: null, why: "x" }, { path: "a" }],
    [
      "edit_file",
      { path: "a", old_string: "x", new_string: "", replace_all: "true" },
      { path: "a", old: "x", new: "", all: true },
    ],
    ["write_file", { path: "a.json", content: '{"a":1}' }, { path: "a.json", content: '{"a":1}' }],
    ["run_command", { argv: '["ls","-l"]' }, { argv: ["ls", "-l"] }],
    ["run_command", { command: "ls" }, { argv: ["ls"] }],
    ["run_tests", {}, {}],
    ["run_tests", undefined, {}],
    ["run_tests", { argv: [], path: "" }, {}],
    ["git_status", { anything: 1 }, {}],
    ["ask_user", { question: "which?", options: "a" }, { question: "which?", options: ["a"] }],
    [
      "finish",
      { summary: "done", citations: "src/a.ts:3-9" },
      { summary: "done", citations: [{ path: "src/a.ts", start_line: 3, end_line: 9 }] },
    ],
    [
      "finish",
      { summary: "done", citations: ["`a:7`", { path: "b", startLine: "2" }] },
      {
        summary: "done",
        citations: [
          { path: "a", start_line: 7, end_line: 7 },
          { path: "b", start_line: 2 },
        ],
      },
    ],
    [
      "finish",
      { summary: "done", citations: '[{"path":"b","start_line":2}]' },
      { summary: "done", citations: [{ path: "b", start_line: 2 }] },
    ],
  ])("%s takes %j", (name, given, expected) => {
    expect(parse(name, given)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ["read_file", {}, "path is missing"],
    ["read_file", "src/a.ts", "the arguments must be an object"],
    ["read_file", { path: "a", start_line: "many" }, 'start_line must be a whole number, not "many"'],
    ["read_file", { path: "a", start_line: 1.5 }, "start_line must be a whole number, not 1.5"],
    ["write_file", { path: "a", content: { a: 1 } }, 'content must be text, not {"a":1}'],
    ["run_command", { argv: "npm test" }, 'say ["npm","test"]'],
    ["run_command", { argv: ["ls"], timeout_ms: 30 }, "timeout_ms is 30, under its minimum of 1000"],
    ["finish", { summary: "  " }, "summary"],
    ["finish", { summary: "x", citations: ["somewhere"] }, "citations.0 must be an object"],
  ])("%s refuses %j with what is wrong, the schema and an example", (name, given, problem) => {
    const parsed = parse(name, given);
    if (parsed?.ok !== false) throw new Error("it was taken");
    expect(parsed.problem).toContain(problem);
    expect(parsed.problem.split("\n")[0]).toMatch(new RegExp(`^${name} was not called: `));
    expect(parsed.problem).toContain("\nit takes {");
    const example = /\nfor example (.*)$/.exec(parsed.problem)?.[1] ?? "";
    expect(parse(name, JSON.parse(example))?.ok).toBe(true);
  });

  it.each(tools)("$schema.name shows an example that is right", (tool) => {
    const parsed = tool.parse(7);
    if (parsed.ok) throw new Error("it was taken");
    const example = /\nfor example (.*)$/.exec(parsed.problem)?.[1] ?? "";
    expect(tool.parse(JSON.parse(example))).toEqual({ ok: true, value: JSON.parse(example) });
  });
});

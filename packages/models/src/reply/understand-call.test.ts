// Calls that came as calls: names, arguments as text, and what the schema makes of them.
import { describe, expect, it } from "vitest";
import { testingTools } from "./testing-tools.ts";
import { createToolIndex, understandCall } from "./understand-call.ts";

const tools = createToolIndex(testingTools);
const understand = (name: string, given: unknown) => understandCall({ name, arguments: given, doubt: "none" }, tools);
const page = { path: "a.rs" };

describe("names", () => {
  it.each([
    ["open_page", "open_page"],
    ["OpenPage", "open_page"],
    ["open-page", "open_page"],
    [" open_page ", "open_page"],
    ["functions.open_page", "open_page"],
    ["functions.open_page:12", "open_page"],
    ["mcp__files__open_page", "open_page"],
    ["default_api.open_page", "open_page"],
    ["tools/open_page", "open_page"],
    ["open_page<|channel|>commentary", "open_page"],
    ["open_page()", "open_page"],
    ["OpenPageTool", "open_page"],
    ["bash", "run_command"],
    ["container.exec", "run_command"],
    ["str_replace", "edit_file"],
    ["ripgrep", "grep_code"],
    ["codebase_search", "grep_code"],
  ])("%s is %s", (name, declared) => {
    expect(tools.find(name)?.name).toBe(declared);
  });

  it.each(["", "delete_everything", "page", "open_pages", "__proto__", "constructor", "x".repeat(10_000)])(
    "%j is none",
    (name) => {
      expect(tools.find(name)).toBeUndefined();
    },
  );

  it("of a kind that two tools are of are none", () => {
    const two = createToolIndex(
      ["shell", "run_command"].map((name) => ({
        name,
        description: "",
        parameters: { type: "object", properties: {} },
      })),
    );
    expect(two.find("shell")?.name).toBe("shell");
    expect(two.find("bash")).toBeUndefined();
  });
});

describe("arguments", () => {
  it.each<[title: string, name: string, given: unknown, expected: Record<string, unknown>]>([
    ["a record", "open_page", page, page],
    ["its text", "open_page", '{"path":"a.rs"}', page],
    ["a text of its text", "open_page", JSON.stringify('{"path":"a.rs"}'), page],
    ["a fence around it", "open_page", '```json\n{"path":"a.rs"}\n```', page],
    ["a label before it", "open_page", 'json\n{"path":"a.rs"}', page],
    ["a list of one", "open_page", [page], page],
    ["nothing", "list_names", "", {}],
    ["null", "list_names", null, {}],
    ["a wrapper", "open_page", { arguments: page }, page],
    ["a wrapper as text", "open_page", { parameters: '{"path":"a.rs"}' }, page],
    ["the whole call", "open_page", { name: "open_page", arguments: page }, page],
    ["the same twice", "open_page", '{"path":"a.rs"}{"path":"a.rs"}', page],
    ["an empty one before it", "open_page", '{}{"path":"a.rs"}', page],
    ["brackets too many", "open_page", '{"path":"a.rs"}}', page],
    ["a token behind it", "open_page", '{"path":"a.rs"}<|im_end|>', page],
    ["single quotes", "open_page", "{'path': 'it\\'s.rs'}", { path: "it's.rs" }],
    ["a raw line break", "write_file", '{"path":"a","content":"x\ny"}', { path: "a", content: "x\ny" }],
    ["a bad escape", "grep_code", '{"query":"\\d+\\s"}', { query: "\\d+\\s" }],
    ["a bracket too few, reading", "open_page", '{"path":"a.rs"', page],
    ["a loose quote, reading", "grep_code", '{"query":"say "hi" now"}', { query: 'say "hi" now' }],
    ["numbers as text", "open_page", { path: "a.rs", start_line: "7" }, { path: "a.rs", start_line: 7 }],
    ["a number for a text", "write_file", { path: "a", content: 7 }, { path: "a", content: "7" }],
    [
      "true as text",
      "edit_file",
      { path: "a", old: "x", new: "y", all: "True" },
      { path: "a", old: "x", new: "y", all: true },
    ],
    ["a list as text", "grep_code", { query: "x", folders: '["a"]' }, { query: "x", folders: ["a"] }],
    ["one for a list", "grep_code", { query: "x", folders: "a" }, { query: "x", folders: ["a"] }],
    [
      "records as texts in a list",
      "show_spots",
      { spots: ['{"path":"a","line":"2"}'] },
      { spots: [{ path: "a", line: 2 }] },
    ],
    [
      "a list as text where text is taken too",
      "show_spots",
      { spots: [], title: '["a"]' },
      { spots: [], title: ["a"] },
    ],
    ["an enum in another case", "grep_code", { query: "x", mode: "Regex" }, { query: "x", mode: "regex" }],
    ["null for an optional one", "open_page", { path: "a.rs", start_line: null }, page],
    ["names nobody knows", "open_page", { path: "a.rs", encoding: "utf8" }, page],
    ["another spelling", "open_page", { Path: "a.rs", startLine: 3 }, { path: "a.rs", start_line: 3 }],
    [
      "other agents' names",
      "edit_file",
      { file_path: "a", oldText: "x", newText: "y" },
      { path: "a", old: "x", new: "y" },
    ],
    [
      "a shell's list for a line",
      "run_command",
      { command: ["bash", "-lc", "make -j2 && ls"] },
      { command: "make -j2 && ls" },
    ],
    ["words for a line", "run_command", { cmd: ["make", "-j2"] }, { command: "make -j2" }],
    [
      "text that looks like JSON stays text",
      "write_file",
      { path: "a", content: '{"a":1}' },
      { path: "a", content: '{"a":1}' },
    ],
    [
      "a known name is never another's",
      "edit_file",
      { path: "a", old: "x", new: "y", find: "z" },
      { path: "a", old: "x", new: "y" },
    ],
  ])("%s", (_, name, given, expected) => {
    expect(understand(name, given)).toEqual({ ok: true, call: { name, arguments: expected } });
  });

  it.each<[title: string, name: string, given: unknown]>([
    ["nothing where something is needed", "open_page", ""],
    ["a string cut", "run_command", '{"command": "rm -rf /tmp/bu'],
    ["a string cut, reading", "open_page", '{"path": "a.r'],
    ["cut behind a comma", "open_page", '{"path": "a.rs",'],
    ["a number cut", "open_page", '{"path": "a.rs", "start_line": 1'],
    ["a bracket too few, changing", "write_file", '{"path": "a", "content": "x"'],
    ["a loose quote, changing", "run_command", '{"command": "echo "hi" there"}'],
    ["two that differ", "open_page", '{"path":"a.rs"}{"path":"b.rs"}'],
    ["prose", "open_page", "the file a.rs"],
    ["prose behind it", "open_page", '{"path":"a.rs"} is what I want'],
    ["a list", "open_page", ["a.rs", "b.rs"]],
    ["a number", "open_page", 7],
    ["the wrong type", "open_page", { path: { of: "a.rs" } }],
    ["no whole number", "open_page", { path: "a.rs", start_line: "1e33405" }],
    ["none of the enum", "grep_code", { query: "x", mode: "fuzzy" }],
    ["an item without what it needs", "show_spots", { spots: [{ path: "a" }] }],
    ["words that need a shell", "run_command", { command: ["ls", "|", "wc"] }],
    ["a million brackets", "open_page", "[".repeat(1_000_000)],
  ])("%s is refused", (_, name, given) => {
    expect(understand(name, given)).toMatchObject({ ok: false, name });
  });

  it("of a call that is whole but does not fit go on to the tool", () => {
    expect(understand("open_page", '{"start_line": 3}')).toMatchObject({
      problem: "path is missing",
      call: { arguments: { start_line: 3 } },
    });
    expect(understand("run_command", '{"command": "rm')).not.toHaveProperty("call");
  });

  it("never reach a prototype", () => {
    const result = understand("list_names", '{"__proto__": {"path": "x"}, "constructor": 1,}');
    expect(result).toEqual({ ok: true, call: { name: "list_names", arguments: {} } });
    expect(({} as Record<string, unknown>)["path"]).toBeUndefined();
  });
});

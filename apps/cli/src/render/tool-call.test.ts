import { expect, it } from "vitest";
import { describeToolCall } from "./tool-call.ts";

it.each([
  ["read_file", { path: "a.py" }, "read a.py"],
  ["read_file", { path: "a.py", start_line: 3, end_line: 9 }, "read a.py:3-9"],
  ["read_file", { path: "a.py", start_line: 3 }, "read a.py:3-"],
  ["write_file", { path: "a.py", content: "secret" }, "write a.py"],
  ["edit_file", { path: "a.py", old: "x\n  y", new: "z" }, 'edit a.py: "x y" → "z"'],
  ["grep_code", { pattern: "total", path: "src" }, 'grep "total" in src'],
  ["search_code", { query: "where" }, 'search "where"'],
  ["run_command", { argv: ["sh", "-c", "a && b"] }, "$ sh -c 'a && b'"],
  ["run_tests", {}, "run tests"],
  ["run_tests", { path: "tests/test_a.py" }, "run tests in tests/test_a.py"],
  ["run_tests", { argv: ["make", "check"] }, "run tests: make check"],
  ["some_tool", { a: 1, b: "two" }, 'some_tool a=1 b="two"'],
  ["read_file", { path: "\u001b[2J" }, "read \\x1b[2J"],
  ["edit_file", {}, 'edit "": """" → """"'],
])("%s %j", (name, given, expected) => expect(describeToolCall(name, given)).toBe(expected));

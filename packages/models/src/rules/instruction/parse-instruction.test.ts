import { describe, expect, it } from "vitest";
import { parseInstruction } from "./parse-instruction.ts";

const replace = { type: "replace", everywhere: false };

const understood: [instruction: string, intents: object[]][] = [
  ["replace foo with bar in a.py", [{ ...replace, old: "foo", new: "bar", file: "a.py" }]],
  ['replace "say \\"hi\\"" with \'don\'t\' in a.py', [{ ...replace, old: 'say "hi"', new: "don't", file: "a.py" }]],
  ["replace ```\nx\ny\n``` with ```py\nz\n``` in a.py", [{ ...replace, old: "x\ny", new: "z", file: "a.py" }]],
  ["replace 'x' with '' in ./a.py", [{ ...replace, old: "x", new: "", file: "a.py" }]],
  ["replace foo with bar everywhere", [{ ...replace, old: "foo", new: "bar", file: null, everywhere: true }]],
  ["replace foo with bar", [{ ...replace, old: "foo", new: "bar", file: null }]],
  [
    "replace `a` with `b` in x.ts, then replace `c` with `d`; run the tests and commit it with message 'Use b and then d'",
    [
      { ...replace, old: "a", new: "b", file: "x.ts" },
      { ...replace, old: "c", new: "d", file: "x.ts" },
      { type: "test" },
      { type: "commit", message: "Use b and then d" },
    ],
  ],
  [
    "can you please rename the function getUser() to fetchUser in src/",
    [{ type: "rename", from: "getUser", to: "fetchUser", path: "src/" }],
  ],
  ["Rename $old to new_name.", [{ type: "rename", from: "$old", to: "new_name", path: null }]],
  ["append 'x' to the end of notes.md", [{ type: "insert", text: "x", at: "end", file: "notes.md" }]],
  ["add the line 'x' at the top of notes.md", [{ type: "insert", text: "x", at: "start", file: "notes.md" }]],
  [
    "insert 'b' before 'a' in n.md and insert c after line 3 in n.md",
    [
      { type: "insert_at", text: "b", side: "before", anchor: { type: "text", text: "a" }, file: "n.md" },
      { type: "insert_at", text: "c", side: "after", anchor: { type: "line", line: 3 }, file: "n.md" },
    ],
  ],
  ["create a new file called a/b.txt containing 'x\ny'", [{ type: "create", file: "a/b.txt", text: "x\ny" }]],
  ["create file empty.txt", [{ type: "create", file: "empty.txt", text: "" }]],
  ["write 'hello' to a.txt", [{ type: "create", file: "a.txt", text: "hello" }]],
  ["delete line 3 of a.py", [{ type: "remove_lines", from: 3, to: 3, file: "a.py" }]],
  [
    "remove all lines containing 'debug' from a.py",
    [{ type: "remove_text", text: "debug", wholeLines: true, file: "a.py" }],
  ],
  ["run tests", [{ type: "test" }]],
  ["commit", [{ type: "commit", message: null }]],
];

const unclear = [
  "",
  "make it faster",
  "fix the bug in a.py",
  "rename a.py to b.py",
  "rename the file to something better",
  "delete file a.py",
  "replace foo with bar in a.py and fix the tests",
  "replace foo in a.py",
];

describe("instructions", () => {
  it.each(understood)("%j", (instruction, intents) => {
    expect(parseInstruction(instruction)).toEqual({ type: "intents", intents });
  });

  it.each(unclear)("%j is not understood", (instruction) => {
    expect(parseInstruction(instruction).type).toBe("unclear");
  });

  it("names the clause that it does not understand, as it was written", () => {
    expect(parseInstruction("run the tests and then delete the file 'a b'")).toEqual({
      type: "unclear",
      clause: "delete the file 'a b'",
    });
  });
});

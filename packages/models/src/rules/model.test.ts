import type { ChatMessage } from "@outpost/core";
import { describe, expect, it } from "vitest";
import { askRules, type SimulatedRun, type Simulation, simulate } from "./simulated-repository.ts";

const passing = "pytest: 2 passed, 0 failed, 0 skipped (exit code 0 after 0.1 s)\nran";
const failing = "pytest: 1 passed, 1 failed, 0 skipped (exit code 1 after 0.1 s)\nran";
const noTests = "no tests were found: give argv";

function repository(files: Record<string, string>, more: Partial<Simulation> = {}): Simulation {
  return { files: new Map(Object.entries(files)), tests: () => passing, ...more };
}

const greet = {
  "src/greet.py": "import os\n\n\ndef hello(name):\n    return 'hi ' + name\n\n\nprint(hello('ada'))\n",
  "src/app.py": "from greet import hello\n\nhello('bob')\nhello_there = 1\n",
  "README.md": "# Greet\n\nSays hi.\n",
  "docs/README.md": "# Docs\n",
};

const start = (instruction: string, workflow = "edit"): ChatMessage[] => [
  { role: "system", content: "You are Outpost." },
  { role: "user", content: `Task (${workflow}):\n${instruction}` },
];

const edit = (instruction: string, simulation: Simulation): Promise<SimulatedRun> =>
  simulate(start(instruction), simulation);

describe("edits", () => {
  const cases: [instruction: string, path: string, text: string][] = [
    ["replace 'Says hi.' with 'Says hello.' in README.md", "README.md", "# Greet\n\nSays hello.\n"],
    ["Please change `Says hi.` to `Says\nhello.` in README.md.", "README.md", "# Greet\n\nSays\nhello.\n"],
    ["rename symbol hello to salute", "src/app.py", "from greet import salute\n\nsalute('bob')\nhello_there = 1\n"],
    ["append 'See docs.' to README.md", "README.md", "# Greet\n\nSays hi.\nSee docs.\n"],
    ["prepend 'top' to README.md", "README.md", "top\n# Greet\n\nSays hi.\n"],
    [
      "insert 'import sys' after 'import os' in greet.py",
      "src/greet.py",
      greet["src/greet.py"].replace("os\n", "os\nimport sys\n"),
    ],
    ["insert '\n' before line 3 in README.md", "README.md", "# Greet\n\n\nSays hi.\n"],
    ["create file NOTES.md with '# Notes'", "NOTES.md", "# Notes\n"],
    ["delete lines 1-2 from README.md", "README.md", "Says hi.\n"],
    ["delete lines 1 to 3 from README.md", "README.md", ""],
    ["remove the line containing 'Says' from README.md", "README.md", "# Greet\n\n"],
    ["remove 'hi' from README.md", "README.md", "# Greet\n\nSays .\n"],
    ["in README.md, replace '# Greet' with '# Hello' and append 'End.'", "README.md", "# Hello\n\nSays hi.\nEnd.\n"],
  ];
  it.each(cases)("%s", async (instruction, path, text) => {
    const simulation = repository(greet);
    const run = await edit(instruction, simulation);
    expect(simulation.files.get(path)).toBe(text);
    expect(run.calls[0]).toBe("run_tests");
    expect(run.calls.at(-1)).toBe("run_tests");
    expect(run.summary).toContain("without a language model");
    expect(run.summary).toContain("Tests before: 2 passed, 0 failed, 0 skipped; after: 2 passed");
  });

  it.each([
    [
      "node:test: 1 passed, 0 failed, 0 skipped (exit code 0 after 0.3 s)",
      "1 passed, 0 failed, 0 skipped; after: 1 passed",
    ],
    [
      "pytest + node:test: 4 passed, 0 failed, 1 skipped (exit code 0 after 3 s)",
      "4 passed, 0 failed, 1 skipped; after:",
    ],
    ["make: the output has no summary with counts (exit code 0 after 2 s)", "exit code 0 after 2 s; after:"],
    ["make: the output has no summary with counts (ended by SIGKILL)", "ended by SIGKILL (failed); after:"],
    ["commands are refused: none (bubblewrap)", "they could not be run (commands are refused: none (bubblewrap))"],
  ])("understands what comes of the tests: %s", async (observation, said) => {
    const run = await edit(
      "append 'x' to README.md and run the tests",
      repository(greet, { tests: () => observation }),
    );
    expect(run.summary).toContain(said);
  });

  it("reports every file of a rename, and what stands in the way", async () => {
    const simulation = repository({ ...greet, "src/old.py": "salute = 1\n" });
    const run = await edit("rename hello to salute, then run the tests", simulation);
    expect(run.summary).toMatch(/src\/greet\.py: 2 places.*src\/app\.py: 2 places/s);
    expect(run.summary).toContain('"salute" was there before in src/old.py');
    expect(run.calls.filter((name) => name === "run_tests")).toHaveLength(2);
  });

  it("leaves the name of a file alone, and imports of it", async () => {
    const simulation = repository({
      "greet.py": "def greet():\n    pass\n\n\ngreet()\n",
      "app.py": "from greet import greet\n\ngreet()\n",
      "all.py": "from greet import *\n",
      "web/a.ts": 'import { greet } from "./greet";\ngreet();\n',
    });
    const run = await edit("rename greet to salute", simulation);
    expect(Object.fromEntries(simulation.files)).toEqual({
      "greet.py": "def salute():\n    pass\n\n\nsalute()\n",
      "app.py": "from greet import salute\n\nsalute()\n",
      "all.py": "from greet import *\n",
      "web/a.ts": 'import { salute } from "./greet";\nsalute();\n',
    });
    expect(run.summary).toContain("greet.py keeps its name");
    expect(run.summary).not.toContain("still in");
  });

  it("renames below a path only", async () => {
    const simulation = repository({ ...greet, "lib/a.py": "hello()\n" });
    await edit("rename hello to salute in lib", simulation);
    expect(simulation.files.get("lib/a.py")).toBe("salute()\n");
    expect(simulation.files.get("src/app.py")).toBe(greet["src/app.py"]);
  });

  it("commits when all is well, and not when the tests broke", async () => {
    const instruction = "replace 'hi' with 'hello' in README.md and commit with message 'Say hello'";
    const well = await edit(instruction, repository(greet));
    expect(well.summary).toContain("Committed 0123456789: Say hello");
    const broken = repository(greet, {
      tests: (files) => (files.get("README.md")?.includes("hello") ? failing : passing),
    });
    const run = await edit(instruction, broken);
    expect(run.summary).toContain("The tests passed before this change and do not pass after it");
    expect(run.summary).toContain("Not committed");
    expect(run.calls).not.toContain("git_commit");
  });
});

describe("what does not go as hoped", () => {
  it.each([
    ["replace 'nowhere' with 'x' in README.md", /Not done: "nowhere" was not replaced.*not in the file\.$/m],
    ["replace 'a' with 'b' in missing.md", /Not done: there is no file "missing\.md"/],
    ["rename nobody to somebody", /Not done: "nobody" is nowhere as a whole word/],
    ["create file README.md with 'x'", /Not done: "README\.md" is there already/],
    ["insert 'x' after line 40 in README.md", /Not done: nothing was inserted.*has 3 lines/],
    ["insert 'x' after 'e' in greet.py", /Not done: "e" is in lines 4, 5, 8 of src\/greet\.py; say "line N"/],
  ])("%s", async (instruction, says) => {
    const run = await edit(instruction, repository(greet));
    expect(run.summary).toMatch(says);
    expect(run.calls.filter((name) => name === "run_tests")).toHaveLength(1);
  });

  it("tests that are not there are said so, and do not stop it", async () => {
    const simulation = repository(greet, { tests: () => noTests });
    const run = await edit("replace 'hi' with 'hello' in README.md, then run the tests", simulation);
    expect(run.summary).toContain("Tests: none were found");
    expect(simulation.files.get("README.md")).toContain("hello");
  });

  it("tests that cannot run are said so, with the reason", async () => {
    const tests = () => "run_tests failed: no sandbox: bwrap is not installed";
    const run = await edit("run the tests", repository(greet, { tests }));
    expect(run.summary).toContain("they could not be run (run_tests failed: no sandbox: bwrap is not installed)");
  });

  it("tests that failed before are not blamed on the change", async () => {
    const run = await edit("replace 'hi' with 'hello' in README.md", repository(greet, { tests: () => failing }));
    expect(run.summary).toContain("They failed before this change already");
  });

  it("tests of which more fail than before are", async () => {
    const worse = failing.replace("1 failed", "2 failed");
    const tests = (files: ReadonlyMap<string, string>) => (files.get("README.md")?.includes("hello") ? worse : failing);
    const run = await edit("replace 'hi' with 'hello' in README.md", repository(greet, { tests }));
    expect(run.summary).toContain("Some failed before this change already, and more fail after it");
  });

  it("a number that is there more than once is not replaced", async () => {
    const simulation = repository({ "a.py": "x = 1\ny = 11\n" });
    expect((await edit("replace 1 with 2 in a.py", simulation)).summary).toMatch(/Not done.*old is there 3 times/);
    expect(simulation.files.get("a.py")).toBe("x = 1\ny = 11\n");
  });

  it("an ambiguous file is asked for", async () => {
    const simulation = repository({ "a/x.py": "one\n", "b/x.py": "one\n" }, { answer: "b/x.py" });
    await edit("replace one with two in x.py", simulation);
    expect([...simulation.files.values()]).toEqual(["one\n", "two\n"]);
    const silent = repository({ "a/x.py": "one\n", "b/x.py": "one\n" });
    expect((await edit("replace one with two in x.py", silent)).summary).toMatch(/may be a\/x\.py, b\/x\.py/);
  });

  it("what it does not understand it does not begin", async () => {
    const simulation = repository(greet);
    const run = await edit("replace 'hi' with 'hello' in README.md and make it faster", simulation);
    expect(run.calls).toEqual([]);
    expect(run.summary).toContain('"make it faster"');
    expect(run.summary).toContain("http://127.0.0.1:11434");
    expect(run.summary).toContain("--model");
  });
});

describe("questions", () => {
  it("where something is: its definition, cited", async () => {
    const run = await simulate(start("where is hello defined?", "ask"), repository(greet));
    expect(run.summary).toMatch(/"hello" is defined in:\n- src\/greet\.py:4: def hello\(name\):/);
    expect(run.citations[0]).toEqual({ path: "src/greet.py", start_line: 4, end_line: 4 });
    expect(run.summary).toContain("extracted without a language model");
  });

  it("what calls something: the lines, without the definition", async () => {
    const run = await simulate(start("what calls hello()?", "ask"), repository(greet));
    expect(run.citations).toEqual([
      { path: "src/greet.py", start_line: 8, end_line: 8 },
      { path: "src/app.py", start_line: 1, end_line: 1 },
      { path: "src/app.py", start_line: 3, end_line: 3 },
    ]);
  });

  it("anything else: the best hits; also when it is asked as an edit", async () => {
    for (const workflow of ["ask", "edit"]) {
      const run = await simulate(start("how does greeting work?", workflow), repository(greet));
      expect(run.calls).toEqual(["search_code"]);
      expect(run.summary).toContain("src/greet.py:1-8");
      expect(run.citations).toHaveLength(4);
    }
  });

  it("what is nowhere is not made up", async () => {
    const run = await simulate(start("where is zebra_stripe?", "ask"), repository({}));
    expect(run.summary).toContain("Nothing in the code was found");
    expect(run.citations).toEqual([]);
  });

  it("without tools it answers in words", async () => {
    const reply = await askRules(start("what is this?", "ask"), []);
    expect(reply.toolCalls).toEqual([]);
    expect(reply.content).toContain("Nothing in the code was found");
  });
});

describe("the conversation", () => {
  const instruction = "rename hello to salute, then append 'x' to README.md";

  it("alone decides: any prefix of it gets the same reply again", async () => {
    const simulation = repository(greet);
    const run = await edit(instruction, simulation);
    const tools = Object.keys(Object.fromEntries(run.calls.map((name) => [name, 1])));
    const offered = [...tools, "finish"].map((name) => ({ name, description: "", parameters: {} }));
    for (const prompt of run.prompts) {
      const again = await askRules(structuredClone(prompt), offered);
      expect(again).toEqual(await askRules(prompt, offered));
      const next = run.messages[prompt.length - 1];
      expect(next).toMatchObject({ role: "assistant" });
      if (next?.role === "assistant")
        expect(again.toolCalls.map((call) => call.arguments)).toEqual(next.toolCalls.map((call) => call.arguments));
    }
  });

  it("may have more said later, which is done after what was asked first", async () => {
    const simulation = repository(greet);
    const first = await edit("replace 'hi' with 'hello' in README.md", simulation);
    const messages: ChatMessage[] = [
      ...first.messages,
      { role: "user", content: "[outpost] a notice that asks for nothing" },
      { role: "user", content: "append 'Bye.' to README.md" },
    ];
    const second = await simulate(messages, simulation);
    expect(simulation.files.get("README.md")).toBe("# Greet\n\nSays hello.\nBye.\n");
    expect(second.summary).toMatch(/Replaced "hi".*Inserted "Bye\."/s);
  });

  it("may tell of an interrupted call, which is made again", async () => {
    const simulation = repository(greet);
    const call = { id: "c1", name: "run_tests", arguments: {} };
    const interrupted: ChatMessage[] = [
      ...start("run the tests"),
      { role: "assistant", content: "", toolCalls: [call] },
      {
        role: "tool",
        content: "run_tests was interrupted before it was known to be done.",
        toolCallId: "c1",
        toolName: "run_tests",
      },
    ];
    const run = await simulate(interrupted, simulation);
    expect(run.calls).toEqual(["run_tests"]);
    expect(run.summary).toContain("Tests: 2 passed");
  });

  it("may be folded: edits are not done twice, and lost reads after edits end it honestly", async () => {
    const long = `${"a line that makes the file long\n".repeat(20)}hi\n`;
    const fold = (messages: ChatMessage[]): ChatMessage[] =>
      messages.map((message, index) =>
        message.role === "tool" && message.content.length > 200 && index < messages.length - 1
          ? {
              ...message,
              content: `[folded: ${message.content.length} characters of ${message.toolName}; call it again to see them] ${message.content.slice(0, 80)}`,
            }
          : message,
      );
    const simulation = repository({ "a.md": long });
    const run = await simulate(start("append 'one' to a.md, then append 'two' to a.md"), simulation, fold);
    expect(simulation.files.get("a.md")).toBe(`${long}one\n`);
    expect(run.summary).toContain("too long for the fixed rules");
  });
});

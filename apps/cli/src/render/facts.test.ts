import type { Fact, FactList } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { createEventRenderer } from "./events.ts";
import { renderFacts } from "./facts.ts";
import { envelope, readablePaint } from "./samples.ts";

const taskId = `tsk_${"0".repeat(22)}` as never;
const fact = (more: Partial<Fact>): Fact => ({
  id: `fct_${"0".repeat(22)}` as never,
  repositoryId: `rep_${"0".repeat(22)}` as never,
  kind: "test",
  text: "The tests are run by: make test",
  source: { type: "command", taskId, step: 3, argv: ["make", "test"] },
  approvedBy: null,
  editedBy: null,
  createdAtMs: 0,
  updatedAtMs: 0,
  ...more,
});
const render = (known: FactList) => renderFacts(known, readablePaint(), 7_200_000).split("\n");

describe("facts", () => {
  it("are shown with where they are from, and the file that goes along", () => {
    const said = fact({
      kind: "note",
      text: "Never edit \x1b[31mdist.",
      source: { type: "model", taskId, step: 2, model: "ollama/coder" },
      approvedBy: "ada",
      editedBy: "bob",
    });
    const lines = render({
      items: [fact({}), said],
      files: [{ path: "AGENTS.md", commit: "a".repeat(40) as never, characters: 1204 }],
    });
    expect(lines).toEqual([
      `fct_${"0".repeat(22)}  test`,
      "  The tests are run by: make test",
      `  worked in ${taskId}, step 3, 2 h ago`,
      `fct_${"0".repeat(22)}  note`,
      expect.stringMatching(/^ {2}Never edit [^\x1b]*dist\.$/),
      `  said by ollama/coder in ${taskId}, step 2, allowed by ada, edited by bob, 2 h ago`,
      "AGENTS.md  goes along too: 1,204 characters, of commit aaaaaaaaaa",
    ]);
    expect(render({ items: [], files: [] })[0]).toMatch(/nothing is known yet/);
  });

  it.each([
    [{ type: "fact.learned", fact: fact({}) }, /learned \(test\): The tests are run by: make test/],
    [
      { type: "fact.proposed", fact: fact({}), approvalId: "apr_1", reason: "the task has read issue 7" },
      /to remember\? The tests[\s\S]*issue 7; it goes on meanwhile: outpost approve apr_1/,
    ],
    [{ type: "fact.decided", how: "person", accepted: true, by: "ada", answer: "" }, /^remembered, ada allowed it/],
    [{ type: "fact.decided", how: "person", accepted: false, by: "ada", answer: "wrong" }, /^not remembered: wrong/],
    [{ type: "fact.decided", how: "expired", accepted: false, by: "outpost", answer: "" }, /^nobody said/],
  ])("say in a task that is watched what becomes of them: %j", (event, expected) => {
    expect(createEventRenderer(readablePaint())(envelope(event))).toMatch(expected);
  });
});

import { describe, expect, it } from "vitest";
import { Plan } from "./plan.ts";
import { parsePlan, renderPlan } from "./plan-text.ts";

const plan = Plan.parse({
  steps: [{ text: "read a.py", state: "done" }, { text: "add a, then b", state: "active" }, { text: "test" }],
  filesToRead: ["a.py", "odd, name.py"],
  filesToModify: ["b.py"],
  assumptions: ["nobody calls it: I looked"],
  tests: ["pytest -k 'a, b'"],
});

describe("a plan as text", () => {
  it("comes back as it was", () => {
    expect(parsePlan(renderPlan(plan))).toEqual(plan);
  });

  it("is read as people write it", () => {
    const text = "# a note\n\n- first\n2) [x] second\nfiles to modify:\n* src/a.ts\nsrc/b.ts\r\n";
    expect(parsePlan(text)).toMatchObject({
      steps: [
        { text: "first", state: "pending" },
        { text: "second", state: "done" },
      ],
      filesToModify: ["src/a.ts", "src/b.ts"],
    });
  });

  it.each([
    ["", "steps"],
    ["Files to read:\n- a", "steps"],
    ["x".repeat(400), "steps.0.text"],
  ])("refuses %j", (text, at) => {
    expect(() => parsePlan(text)).toThrow(at);
  });
});

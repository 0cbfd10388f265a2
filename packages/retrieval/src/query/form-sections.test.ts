import { describe, expect, it } from "vitest";
import { withoutFormSections } from "./form-sections.ts";

const sections = (...lines: string[]) =>
  withoutFormSections(["Title", ...lines].join("\n"))
    .split("\n")
    .slice(1);

describe("withoutFormSections", () => {
  it.each([
    ["### Environment"],
    ["#### What is your tool version (output from `tool version`)"],
    ["#### Which OS you are using and how many bits (eg Windows 7, 64 bit)"],
    ["**Tool and library versions**"],
    ["## System Info"],
    ["### Checklist"],
  ])("leaves out what stands under %j, up to the next heading", (heading) => {
    const body = ["- os: Linux", "", "```shell", "# not a heading", "tool 1.2.3", "```", "64 bit"];
    expect(sections("kept", heading, ...body, "## Crash", "kept too")).toEqual(["kept", "## Crash", "kept too"]);
  });

  it("keeps a person's sentences there, and of the last section all but its first block", () => {
    const sentence = "It has been seen with every version since the pool was rewritten.";
    expect(sections("### Version", "1.2.3", sentence, "### Crash")).toEqual([sentence, "### Crash"]);
    expect(sections("### Version", "", "1.2.3", "", "```", "at close (pool.ts:12)", "```")).toEqual([
      ...["", "```", "at close (pool.ts:12)", "```"],
    ]);
  });

  it("leaves out headings that ask, and keeps the answers", () => {
    expect(
      sections("### What is the problem you are having?", "It hangs.", "### The command (e.g. `tool copy`)"),
    ).toEqual(["It hangs."]);
  });

  it("leaves out the report of a tool, and keeps what follows", () => {
    const report = ["Output of `tool diagnose`:", "", "```", "Checking settings: OK", "", "Checking disk: OK", "```"];
    expect(sections(...report, "", "It hangs.")).toEqual(["", "It hangs."]);
  });

  it.each([
    ["a heading about the matter", "## Versions of plugins are compared as text", "1.10 < 1.9"],
    ["a heading within a code fence", "```", "# Environment", "tool --fast", "```"],
    ["the output of a command", "Output of `tool run`:", "", "```", "panic", "```"],
    ["no form at all", "", "It hangs when the pool is closed.", ""],
  ])("keeps %s", (_, ...lines) => {
    expect(sections(...lines)).toEqual(lines);
  });

  it("keeps the title, whatever it says", () => {
    expect(withoutFormSections("# Environment")).toBe("# Environment");
  });
});

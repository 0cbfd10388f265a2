import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createThinkingSplitter, separateHeadlessThinking } from "./thinking.ts";

function split(pieces: string[]): { thinking: string; content: string } {
  const splitter = createThinkingSplitter();
  const deltas = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
  const text = (kind: string) =>
    deltas
      .filter((delta) => delta.kind === kind)
      .map((delta) => delta.text)
      .join("");
  return { thinking: text("thinking"), content: text("content") };
}

describe("thinking in the content", () => {
  it.each([
    ["<think>why</think>\n\nso", "why", "so"],
    ["\n<think>a < b </thin</think>so", "a < b </thin", "so"],
    ["<think>never closed", "never closed", ""],
    ["no tags", "", "no tags"],
    ["it prints <think>x</think>", "", "it prints <think>x</think>"],
    ["<thin air", "", "<thin air"],
    ["<think></think>so", "", "so"],
    ["<thinking>why</think> not</thinking>so", "why</think> not", "so"],
    ["[THINK]why[/THINK]so", "why", "so"],
    ["◁think▷why◁/think▷so", "why", "so"],
    ["<|channel|>analysis<|message|>why<|end|>so", "why", "so"],
    ["[THIN", "", "[THIN"],
  ])("%j", (text, thinking, content) => {
    expect(split([text])).toEqual({ thinking, content });
    expect(split([...text])).toEqual({ thinking, content });
  });

  it("does not depend on where the pieces are cut", () => {
    const text = "  <think>one <two> </ think></think>\n\n three </think> <think>four";
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(split(pieces)).toEqual(split([text]));
      }),
    );
  });

  it("may lack its opening tag", () => {
    expect(separateHeadlessThinking("hm\n</think>\n\nso")).toEqual({ thinking: "hm", content: "so" });
    expect(separateHeadlessThinking("so")).toEqual({ thinking: "", content: "so" });
  });
});

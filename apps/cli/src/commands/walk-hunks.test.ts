import { describe, expect, it } from "vitest";
import { file } from "../render/samples.ts";
import { type Part, type WalkPorts, walkHunks } from "./walk-hunks.ts";

const hunk = (id: string) => ({
  id,
  oldStart: 1,
  oldLines: 2,
  newStart: 1,
  newLines: 2,
  lines: [" x", "-y", `+${id}`],
});
const at = (path: string, id: string | null): Part => ({
  file: { ...file, path, hunks: [] },
  hunk: id === null ? null : hunk(id),
});
const parts = [at("a.py", "one"), at("a.py", "two"), at("b.bin", null), at("c.py", "three")];

async function walk(answers: (string | null)[], edited: string[] | null = null) {
  const asked: string[] = [];
  const shown: number[] = [];
  const said: string[] = [];
  const ports: WalkPorts = {
    show: (_, index) => void shown.push(index),
    say: (text) => void said.push(text),
    ask: async (question) => {
      asked.push(question);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`nobody answers "${question}"`);
      return answer;
    },
    edit: async () => edited,
  };
  return { result: await walkHunks(parts, ports), asked, shown, said, left: answers };
}

describe("the walk", () => {
  it("asks about each part, and why one is rejected", async () => {
    const { result, asked, left } = await walk(["y", "n", "too loud", "y", "n", ""]);
    expect(result).toEqual({
      hunks: {
        one: { decision: "accept" },
        two: { decision: "reject", reason: "too loud" },
        three: { decision: "reject" },
      },
      files: { "b.bin": { decision: "accept" } },
      wasQuit: false,
    });
    expect(asked[0]).toBe("accept this hunk [y,n,a,d,e,q,?]?");
    expect(asked[3]).toBe("accept this file [y,n,a,d,q,?]?");
    expect(left).toEqual([]);
  });

  it("takes or leaves what follows in the file with a and d", async () => {
    const { result, shown } = await walk(["a", "d", "no binaries", "y"]);
    expect(Object.keys(result.hunks)).toEqual(["one", "two", "three"]);
    expect(result.hunks["two"]).toEqual({ decision: "accept" });
    expect(result.files).toEqual({ "b.bin": { decision: "reject", reason: "no binaries" } });
    expect(shown).toEqual([0, 2, 3]);
  });

  it.each([["q"], [null]])("ends with %s and keeps what was decided", async (end) => {
    const { result } = await walk(["y", end]);
    expect(result).toEqual({ hunks: { one: { decision: "accept" } }, files: {}, wasQuit: true });
  });

  it("helps, and asks again, for anything else; also for e where there are no lines", async () => {
    const { result, said } = await walk(["?", "maybe", "y", "y", "e", "y", "y"]);
    expect(said).toHaveLength(3);
    expect(said[0]).toContain("q  quit");
    expect(result.wasQuit).toBe(false);
  });

  it("accepts a hunk with the lines that were edited; unchanged ones are as proposed; a failed edit asks again", async () => {
    const edited = await walk(["e", "q"], ["x", "mine"]);
    expect(edited.result.hunks).toEqual({ one: { decision: "accept", lines: ["x", "mine"] } });
    const unchanged = await walk(["e", "q"], ["x", "one"]);
    expect(unchanged.result.hunks).toEqual({ one: { decision: "accept" } });
    const failed = await walk(["e", "n", "", "q"]);
    expect(failed.result.hunks).toEqual({ one: { decision: "reject" } });
  });
});

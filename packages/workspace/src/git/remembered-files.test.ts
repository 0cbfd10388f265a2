import { describe, expect, it } from "vitest";
import { type ReadCommitted, rememberFiles } from "./remembered-files.ts";

const commit = (number: number) => String(number).repeat(40) as never;
const bytes = (length: number) => new Uint8Array(length).fill(7);

function remembering(answer: (path: string) => Uint8Array | null) {
  const asked: string[] = [];
  const read: ReadCommitted = async (_, at, path, maxBytes) => {
    asked.push(`${at.slice(0, 1)} ${path}`);
    const found = answer(path);
    if (found !== null && found.byteLength > maxBytes) throw new Error("too large");
    return found;
  };
  return { asked, read: rememberFiles(read) };
}

describe("files of commits", () => {
  it("are read once for each commit and path, also where there is none", async () => {
    const { asked, read } = remembering((path) => (path === "AGENTS.md" ? bytes(3) : null));
    for (let turn = 0; turn < 3; turn++) {
      expect(await read("rep_1" as never, commit(1), "AGENTS.md", 100)).toEqual(bytes(3));
      expect(await read("rep_1" as never, commit(1), "none", 100)).toBeNull();
      expect(await read("rep_1" as never, commit(2), "none", 100)).toBeNull();
    }
    expect(asked).toEqual(["1 AGENTS.md", "1 none", "2 none"]);
  });

  it("are refused over each caller's own bound, and asked for again behind a failure", async () => {
    const { asked, read } = remembering(() => bytes(50));
    await expect(read("rep_1" as never, commit(1), "a", 10)).rejects.toThrow("too large");
    await read("rep_1" as never, commit(1), "a", 100);
    await expect(read("rep_1" as never, commit(1), "a", 10)).rejects.toThrow("too large");
    expect(asked).toHaveLength(3);
  });

  it("are not kept where they are large, and the oldest goes when there are many", async () => {
    const { asked, read } = remembering((path) => bytes(path === "large" ? 64_001 : 1));
    const ask = (path: string) => read("rep_1" as never, commit(1), path, 1_000_000);
    for (const path of ["large", "large"]) await ask(path);
    for (let number = 0; number <= 256; number++) await ask(`file ${number}`);
    const before = asked.length;
    await ask("file 256");
    expect(asked).toHaveLength(before);
    await ask("file 0");
    expect(asked).toHaveLength(before + 1);
  });
});

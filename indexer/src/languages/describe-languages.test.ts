import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { probeGrammars } from "../parser/probe-grammars.ts";
import { describeLanguages } from "./describe-languages.ts";

const entry = {
  modulePath: fileURLToPath(new URL("../parser/testing-parser-entry.ts", import.meta.url)),
  execArgv: ["--import", "tsx"],
};

describe("the languages", () => {
  it("have definitions where their grammar loads: natively, each that is named in the documents", async () => {
    const described = describeLanguages(await probeGrammars(entry));
    const native = described.filter(({ by }) => by === "native").map(({ name }) => name);
    expect(native).toEqual(
      expect.arrayContaining(["python", "javascript", "typescript", "tsx", "c", "cpp", "go", "rust", "java"]),
    );
    expect(native).toEqual(expect.arrayContaining(["csharp", "ruby", "php", "bash"]));
    expect(described.filter(({ problem }) => problem !== null)).toEqual([]);
    for (const { by, level, hasReferences } of described) {
      if (by !== "lines") expect({ level, hasReferences }).toEqual({ level: "definitions", hasReferences: true });
    }
    expect(described.find(({ name }) => name === "markdown")?.level).toBe("outline");
    expect(described.find(({ name }) => name === "perl")?.level).toBe("symbols");
    expect(described.find(({ name }) => name === "json")?.level).toBe("lines");
  });

  it("fall back to the shape of lines where it does not", () => {
    const described = describeLanguages({
      go: { by: "lines", problem: "no build" },
      swift: { by: "wasm", problem: null },
    });
    expect(described.find(({ name }) => name === "go")).toMatchObject({ level: "symbols", problem: "no build" });
    expect(described.find(({ name }) => name === "swift")).toMatchObject({ level: "definitions", by: "wasm" });
  });

  it("cannot be looked at when the process dies, which is said", async () => {
    const broken = { modulePath: "/nowhere.mjs", execArgv: [] };
    await expect(probeGrammars(broken)).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });
});

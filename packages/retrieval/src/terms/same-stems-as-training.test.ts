// The table of translations is learnt over the stems of packages/models/training/stems.py: here both stem the same words.
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { hasProgram } from "@outpost/testkit";
import { describe, expect, it } from "vitest";
import { stem } from "./stem.ts";

const models = fileURLToPath(new URL("../../../models", import.meta.url));

const stemAll = `
import json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from stems import stem
print(json.dumps([stem(word) for word in json.load(sys.stdin)]))
`;

const endings = ["", "s", "es", "ies", "ing", "ed", "e", "tion", "sion", "nning", "rred", "ss"];

describe.skipIf(!hasProgram("python3"))("stems [needs python3]", () => {
  it("are the same in training and search, for each word of the model and each ending", async () => {
    const { tokens } = JSON.parse(await readFile(`${models}/assets/static-code-128/model.json`, "utf8")) as {
      tokens: string[];
    };
    const words = tokens
      .filter((token) => /^[a-z]+$/.test(token))
      .flatMap((token) => endings.map((ending) => token + ending));
    const { stdout, stderr } = spawnSync("python3", ["-c", stemAll, `${models}/training`], {
      input: JSON.stringify(words),
      encoding: "utf8",
      maxBuffer: 64e6,
      timeout: 60_000,
    });
    expect(stderr).toBe("");
    const stems = JSON.parse(stdout) as string[];
    expect(words.length).toBeGreaterThan(100_000);
    expect(words.filter((word, at) => stem(word) !== stems[at])).toEqual([]);
  });
});

// What the training says of a corpus that is too small for it, before it begins.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const training = fileURLToPath(new URL("../../training", import.meta.url));

/** Of packages with so many documentation pairs each, that all ask and answer the same. */
const problemOf = `
import json, sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from batches import Pairs, batches, problem_of
sizes, size, kinds, path = json.loads(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
package = np.repeat(np.arange(len(sizes)), sizes)
np.savez(path, package=package, source=package, kind=np.zeros(len(package), np.int64))
pairs = Pairs(path)
problem = problem_of(pairs, size, kinds)
print(json.dumps(problem if problem is not None else len(batches(pairs, size, 0, kinds))))
`;

const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

describe.skipIf(!hasNumpy)("a corpus for training [needs python3 with numpy]", () => {
  const folder = mkdtempSync(join(tmpdir(), "training-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const check = (sizes: number[], size: number, kinds = "01"): unknown => {
    const words = ["-c", problemOf, training, JSON.stringify(sizes), String(size), kinds, join(folder, "pairs.npz")];
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
    const { stdout, stderr, status } = spawnSync("python3", words, { encoding: "utf8", env });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    return JSON.parse(stdout);
  };

  it.each([
    ["all of whose packages are held out", [40, 50], 16, "01", "all of 90 pairs are held out"],
    ["of other kinds than the wanted ones", [40, 2000], 16, "2", "or of other kinds than 2"],
    ["that is smaller than a batch", [40, 2000], 2048, "01", 'or set OPTIONS="--batch 1000"'],
    ["of no package that can be held out", [20, 2000], 16, "01", "none of 2020 pairs can be held out for measuring"],
    ["without any pairs", [], 16, "01", "none of 0 pairs can be held out for measuring"],
  ])("%s is said to be, with the way out, in one line", (_what, sizes, size, kinds, expected) => {
    const problem = check(sizes, size, kinds);
    expect(problem).toContain(expected);
    expect(problem).toMatch(/^[^\n]*; fetch more packages [^\n]*$/);
  });

  it("that is large enough is trained on", () => {
    expect(check([40, 2000], 500)).toBe(4);
    expect(check([40, 1600], 1600)).toBe(1);
  });
});

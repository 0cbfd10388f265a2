import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { createProcessRunner } from "../process-runner.ts";
import { escapeCases, isRunnable, titleOf } from "./cases/all-cases.ts";
import { createEscapeRange } from "./range.ts";

const range = await createEscapeRange();
const runner = await createProcessRunner({ dataDirectory: range.dataDirectory });
const controlRange = await createEscapeRange();

afterAll(async () => {
  await range.close();
  await controlRange.close();
});

describe.skipIf(!runner.availability().ready)("a command in the sandbox cannot [needs bubblewrap]", () => {
  for (const entry of escapeCases) {
    it.skipIf(!isRunnable(entry))(titleOf(entry), async () => {
      const result = await runner.run(range.spec(`${entry.script}\necho tried`));
      expect(result.stdout.text).toContain("tried");
      expect(result.stdout.text).not.toContain("ESCAPED");
      expect(await range.damage()).toEqual([]);
    });
  }
});

describe("outside the sandbox, the same script can", () => {
  for (const entry of escapeCases.filter((candidate) => candidate.control)) {
    it.skipIf(!isRunnable(entry))(titleOf(entry), async () => {
      const { env, worktree } = controlRange;
      const child = await new Promise<string>((resolve) => {
        const { stdout } = spawnSync("sh", ["-c", entry.script], {
          cwd: worktree,
          env: { PATH: "/usr/bin:/bin", ...env },
        });
        resolve(stdout.toString());
      });
      expect(child).toContain("ESCAPED");
    });
  }
});

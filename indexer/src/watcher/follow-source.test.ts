import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { followSource } from "./follow-source.ts";

it("looks at the whole, without a problem, when a file takes the place of a directory", async () => {
  const root = mkdtempSync(join(tmpdir(), "outpost-follow-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "a"));
  writeFileSync(join(root, "a/x"), "x\n");
  const looks: (readonly string[] | null)[] = [];
  const problems: unknown[] = [];
  const follower = followSource({
    mode: "watch",
    directories: ["", "a"],
    locate: async () => ({ root, gitDirectory: null }),
    look: async (_signal, paths) => {
      looks.push(paths);
      return { directories: looks.length === 1 ? ["", "a"] : [""], hasChanged: true };
    },
    onProblem: (error) => problems.push(error),
    limits: { settleMs: 200, retryMs: 50, pollMs: 600_000, confirmMs: 600_000 },
  });
  onTestFinished(() => follower.close());
  await vi.waitFor(() => expect(follower.state().freshness).toBe("followed"), { timeout: 20_000 });
  const before = looks.length;

  rmSync(join(root, "a"), { recursive: true });
  writeFileSync(join(root, "a"), "a file now\n");

  await vi.waitFor(() => expect(looks.length + problems.length).toBeGreaterThan(before), { timeout: 20_000 });
  expect(problems).toEqual([]);
  expect(looks.at(-1)).toBeNull();
});

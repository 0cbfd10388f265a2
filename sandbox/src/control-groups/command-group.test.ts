// The kernel's own control groups, where this machine lets us make some; where it does not, the cases are not run, and it is said how many.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessLimits } from "@outpost/core";
import { afterAll, describe, expect, it } from "vitest";
import { defaultProcessLimits } from "../limits.ts";
import { createProcessRunner } from "../process-runner.ts";
import { commandSpec } from "../testing-spec.ts";
import { findGroups } from "./find-groups.ts";

const base = mkdtempSync(join(tmpdir(), "outpost-group-"));
const worktree = join(base, "worktree");
mkdirSync(worktree);
const runner = await createProcessRunner({ dataDirectory: base });
const alone = await createProcessRunner({ dataDirectory: base, controlGroups: false });
const { limits, checks } = await runner.selfTest();
const isHeld = limits === "command";
if (!isHeld) console.log(`5 cases of control groups were not run: ${checks.map(({ detail }) => detail).join("; ")}`);
// where everything is skipped, hooks are too
if (isHeld) afterAll(() => rmSync(base, { recursive: true }));
else rmSync(base, { recursive: true });

const spec = (script: string, change: Partial<ProcessLimits> = {}) =>
  commandSpec(worktree, ["bash", "-c", script], {
    limits: { ...defaultProcessLimits, wallClockMs: 60_000, ...change },
  });

const groupsLeft = () =>
  Object.values(findGroups().place?.parents ?? {}).flatMap((parent) =>
    readdirSync(parent).filter((name) => name.startsWith(`outpost-${process.pid}-`)),
  );

describe.skipIf(!isHeld)("a command in a control group [needs control groups that can be written]", () => {
  // each stays below what one process may take
  const bound = { memoryBytes: 100_000_000 };

  it("shares its memory among all its processes", async () => {
    const script = `
      for i in 1 2 3 4; do tail -n 1 < <(head -c 40000000 /dev/zero) > >(sleep 600) & pids="$pids $!"; done
      while :; do
        loaded=0 gone=0
        for pid in $pids; do
          read -r _ pages _ 2> /dev/null < /proc/$pid/statm || pages=0
          if [ "$pages" -eq 0 ]; then gone=$((gone + 1)); elif [ "$pages" -gt 9700 ]; then loaded=$((loaded + 1)); fi
        done
        [ $((loaded + gone)) -eq 4 ] && break
        sleep 0.1
      done
      echo $loaded`;
    const loaded = async (given: typeof runner) => Number((await given.run(spec(script, bound))).stdout.text);
    expect(await loaded(runner)).toBeLessThan(3);
    expect(await loaded(alone)).toBe(4);
  });

  it("counts its temporary files as memory", async () => {
    const script = "head -c 200000000 /dev/zero > /tmp/a; echo $?; stat -c %s /tmp/a";
    const result = await runner.run(spec(script, { ...bound, tmpBytes: 250_000_000 }));
    expect(result.stdout.text).not.toContain("200000000");
  });

  it("has a number of processes, whatever they are", async () => {
    const script = "for i in $(seq 60); do sleep 60 & done 2> /dev/null; jobs -r | wc -l";
    expect((await runner.run(spec(script, { processes: 200 }))).stdout.text).toBe("60\n");
  });

  it("leaves no group behind", async () => {
    expect((await runner.run(spec("sleep 100 & echo done"))).stdout.text).toBe("done\n");
    const ended = new AbortController();
    setTimeout(() => ended.abort(), 200);
    expect((await runner.run(spec("sleep 100"), ended.signal)).ended).toBe("aborted");
    await expect(runner.run({ ...spec(""), argv: ["no-such-program"] })).rejects.toMatchObject({ code: "not_found" });
    expect(groupsLeft()).toEqual([]);
  });

  it("of a process that was killed is removed by the next", async () => {
    const parents = [...new Set(Object.values(findGroups().place?.parents ?? {}))];
    const left = parents.map((parent) => join(parent, "outpost-4194300-1"));
    for (const group of left) mkdirSync(group);
    await createProcessRunner({ dataDirectory: base });
    expect(left.filter((group) => existsSync(group))).toEqual([]);
  });
});

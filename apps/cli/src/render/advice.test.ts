import { describe, expect, it } from "vitest";
import { adviceFor } from "./advice.ts";
import { width } from "./layout.ts";

const id = "tsk_01m8getbhw1896t1cg6jzb" as never;
const advise = (state: string, columns: number) => adviceFor({ id, state: state as never, revision: 2 }, columns);

describe("advice", () => {
  it("says beside a command what it is for, or below it where the terminal has no room", () => {
    expect(advise("proposed", 80).split("\n").slice(0, 3)).toEqual([
      "nothing was applied; go on with",
      `  outpost diff ${id}      to look at it`,
      `  outpost accept ${id}    to apply it to the checkout`,
    ]);
    expect(advise("proposed", 60).split("\n").slice(0, 5)).toEqual([
      "nothing was applied; go on with",
      `  outpost diff ${id}`,
      "    to look at it",
      `  outpost accept ${id}`,
      "    to apply it to the checkout",
    ]);
    expect(advise("proposed", Number.POSITIVE_INFINITY)).toBe(advise("proposed", 80));
  });

  it.each(["waiting", "proposed", "cancelled", "stopped", "applied"])("about %s fits, with whole commands", (state) => {
    for (const columns of [60, 80, 200]) {
      const lines = advise(state, columns).split("\n");
      expect(lines.filter((line) => width(line) > columns && line !== lines[0])).toEqual([]);
      const commands = lines.flatMap((line) => line.match(/outpost \w+( tsk_\w+)?/g) ?? []);
      expect(commands.length).toBeGreaterThan(0);
      for (const command of commands) expect(command).toContain(id);
    }
  });

  it("is one sentence where there is room", () => {
    expect(advise("waiting", 200)).toBe(
      `the task waits for you: outpost approve ${id} [answer], or outpost deny ${id} [reason]`,
    );
    expect(advise("cancelled", 200)).toContain(`is still there: outpost diff ${id}, then accept or reject`);
    expect(advise("running", 200)).toBe("");
  });
});

import type { TaskCommand } from "@outpost/protocol";
import { expect, it } from "vitest";
import { createPaint } from "../render/paint.ts";
import { renderCommands } from "./output.ts";

const paint = createPaint({ isTTY: false, columns: 100 } as NodeJS.WriteStream);
const command = (change: Partial<TaskCommand>): TaskCommand => ({
  ...{ name: "c1", argv: ["npm", "run", "dev"], cwd: ".", background: true, state: "running", startedAtMs: 0 },
  ...{ endedAtMs: null, exitCode: null, ended: null, printedBytes: 0, keptBytes: 12 },
  ...change,
});

it("shows how each command of a task stands", () => {
  const text = renderCommands(
    [
      command({}),
      command({ name: "c2", state: "lost", keptBytes: 4_000_000 }),
      command({
        name: "c3",
        state: "ended",
        background: false,
        exitCode: 2,
        ended: "exit",
        endedAtMs: 2500,
        cwd: "web",
      }),
      command({ name: "c4", state: "ended", ended: "stopped", endedAtMs: 1000, argv: ["sh", "-c", "a\u001b[31m b"] }),
    ],
    paint,
    60_000,
  );
  const lines = text.split("\n");
  expect(lines[0]).toMatch(/^c1 .* 12 B {2}npm run dev {2}\(runs in the background\)$/);
  expect(lines[1]).toMatch(/^c2 .* 4\.0 MB {2}npm run dev {2}\(ended with its run\)$/);
  expect(lines[2]).toMatch(/^c3 .*\(exit code 2 after 2\.5 s in web\)$/);
  expect(lines[3]).toMatch(/^c4 .*\(stopped after 1(?:\.0)? s\)$/);
  expect(text).not.toContain("\u001b");
  expect(renderCommands([], paint)).toContain("no commands");
});

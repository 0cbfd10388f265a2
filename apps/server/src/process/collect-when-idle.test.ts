import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { collectWhenIdle } from "./collect-when-idle.ts";

const heldBytes = () => process.memoryUsage().arrayBuffers;

/** 64 MB that nobody holds afterwards. */
function leaveGarbage(): number {
  return Array.from({ length: 64 }, () => new Uint8Array(1_000_000).fill(1)).length;
}

it("gives back what work left over, once nothing is done", async () => {
  const before = heldBytes();
  leaveGarbage();
  await sleep(200);
  const leftOver = heldBytes() - before;
  expect(leftOver).toBeGreaterThan(20_000_000);
  const stop = collectWhenIdle({ checkMs: 50, busyMs: 45 });
  for (let waits = 0; waits < 100 && heldBytes() - before > leftOver / 4; waits++) await sleep(50);
  stop();
  expect(heldBytes() - before).toBeLessThan(leftOver / 4);
});

import type { ServerStatus } from "@outpost/protocol";
import { expect, it } from "vitest";
import { readablePaint } from "./samples.ts";
import { renderDoctor, renderStatus } from "./status.ts";

const status: ServerStatus = {
  version: "0.1.0",
  startedAtMs: Date.now() - 120_000,
  dataDirectory: "/data",
  repositories: 2,
  tasksByState: { applied: 1, queued: 3 },
  workers: { running: 1, limit: 2, restarts: 2 },
  indexer: { running: false, restarts: 0 },
  model: { provider: "ollama", name: "qwen", windowTokens: 16384, canCallTools: true, canThink: false },
  sandbox: { kind: "bubblewrap", name: "", ready: true, limits: "process", checks: [] },
  memoryBytes: 98_700_000,
  busyWorkers: [],
};

it("shows what a server is doing", () => {
  expect(renderStatus(status, "http://127.0.0.1:7717", readablePaint())).toBe(
    [
      "outpost 0.1.0 at http://127.0.0.1:7717, started 2 min ago",
      "  data          /data",
      "  repositories  2 repositories",
      "  tasks         1 applied, 3 queued",
      "  model         ollama/qwen, window of 16,384 tokens",
      "  sandbox       bubblewrap",
      "  workers       1 of 2 running, replaced 2 times",
      "  indexer       starts when it is needed",
      "  memory        99 MB",
    ].join("\n"),
  );
});

it.each([
  [{ model: null }, "none answers; see outpost doctor"],
  [{ tasksByState: {} }, "tasks         none yet"],
  [{ workers: { ...status.workers, joined: 2 } }, "1 of 2 running, replaced 2 times, 2 joined"],
  [
    { busyWorkers: [{ workerId: "j7-1", taskId: "tsk_a" as never, leaseExpiresAtMs: 1 }] },
    "replaced 2 times\n                j7-1 works on tsk_a",
  ],
  [{ sandbox: { ...status.sandbox, ready: false } }, "not ready: commands and tests are refused"],
  [{ indexer: { running: true, restarts: 1 } }, "indexer       running, replaced once"],
])("says %j", (given, expected) => {
  expect(renderStatus({ ...status, ...given }, "http://h", readablePaint())).toContain(expected);
});

it("shows each check, how to mend what is wrong, and the sum", () => {
  const fine = { name: "disk", ok: true, detail: "82 GB free", fix: null };
  const wrong = {
    name: "sandbox",
    ok: false,
    detail: "there is no bubblewrap on this machine at all",
    fix: "install it",
  };
  expect(renderDoctor({ ok: false, checks: [fine, wrong] }, readablePaint(41))).toBe(
    [
      "✓ disk     82 GB free",
      "✗ sandbox  there is no bubblewrap on this",
      "           machine at all",
      "           to mend it: install it",
      "1 of 2 checks failed",
    ].join("\n"),
  );
  expect(renderDoctor({ ok: true, checks: [fine] }, readablePaint())).toMatch(/all 1 check passed$/);
});

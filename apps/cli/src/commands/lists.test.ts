// Every list fits the terminal, with the ids whole that the next command wants; and a pipe gets all of it.
import { describe, expect, it } from "vitest";
import { renderApprovals, renderRemembered } from "../render/approvals.ts";
import { renderFacts } from "../render/facts.ts";
import { renderModels } from "../render/models.ts";
import type { Paint } from "../render/paint.ts";
import { renderQueue, renderSchedules } from "../render/queue.ts";
import { renderReviewPause } from "../render/review-pause.ts";
import { readablePaint } from "../render/samples.ts";
import { renderAudit } from "./audit.ts";
import { renderCheckpoints } from "./checkpoints.ts";
import { renderCommands } from "./output.ts";
import { renderRepositories } from "./repositories.ts";
import { renderTasks } from "./tasks.ts";
import { renderTokens } from "./tokens.ts";

const nowMs = Date.now();
const long =
  "words that go on and on, much longer than any line of a terminal is wide, and then for some more until the end";
const id = (prefix: string) => `${prefix}_01m8g1rwkqcy97qrkfy4ma`;
const repositories = [
  ...[{ id: id("rep"), name: "a-repository-with-a-long-name", source: { type: "path", path: `/home/${long}` } }],
] as never;
const names = { repositories, nowMs };
const spec = { repositoryId: id("rep"), instruction: long };
const task = { id: id("tsk"), state: "scheduled", spec, createdAtMs: nowMs, priority: 5, notBeforeMs: 1, reason: long };
const pause = { repositoryId: null, kind: "person", by: "ada", reason: long, atMs: nowMs };
const schedule = { id: id("sch"), name: long, spec, cron: "0 3 * * 1-5", timeZone: "UTC", nextAtMs: nowMs, fired: 2 };
const subject = { toolName: "run_command", arguments: {}, argv: ["echo", long], cwd: ".", reason: "" };
const approval = {
  ...{ id: id("apr"), taskId: id("tsk"), kind: "question", question: long, subject: null, state: "pending" },
  ...{ requestedAtMs: nowMs, expiresAtMs: nowMs + 1e9, by: null, answer: long, rememberedId: null },
};
const remembered = {
  ...{ id: id("rem"), accepted: true, subject, repositoryId: id("rep"), by: "ada", createdAtMs: 0 },
  ...{ revokedAtMs: nowMs, revokedBy: long },
};
const scopes = ["read", "submit", "approve", "admin"];
const token = { id: id("tok"), name: long, scopes, lastUsedAtMs: 1, expiresAtMs: 1, revokedAtMs: 1 };
const checkpoint = { number: 1, runNumber: 1, atMs: nowMs, files: long.split(" "), isCurrent: true, isKept: false };
const audited = { seq: 1, atMs: nowMs, record: { type: "fact.changed", text: long, by: "ada", action: "added" } };
const command = { name: "c1", state: "ended", argv: [long], cwd: "a/b", startedAtMs: 0, endedAtMs: 9, exitCode: 1 };
const usage = { calls: 9, promptTokens: 1e9, outputTokens: 1e9, callsWithFirstToken: 0, failures: { timeout: 4 } };
const health = { circuit: "open", failuresInARow: 5, lastError: null };
const model = { provider: "ollama", name: "a", isThere: true, windowTokens: 1e9, health, usage };
const review = { id: id("rev"), fromMs: 0, toMs: nowMs, runsPerDay: 1234.5, successRate: 0.5 };

/** With what is never cut, and what only a pipe has whole. */
const lists: [name: string, render: (paint: Paint) => string, whole: string, inPipe: string][] = [
  ["tasks", (paint) => renderTasks([task] as never, repositories, paint), task.id, long],
  [
    "the queue",
    (paint) => renderQueue({ pauses: [pause], items: [task], total: 1 } as never, names, paint),
    task.id,
    long,
  ],
  ["schedules", (paint) => renderSchedules([schedule] as never, names, paint), schedule.id, long],
  ["approvals", (paint) => renderApprovals([approval] as never, paint, nowMs), approval.id, long],
  ["what is remembered", (paint) => renderRemembered([remembered] as never, paint, nowMs), remembered.id, long],
  ["repositories", (paint) => renderRepositories(repositories, paint), id("rep"), `/home/${long}`],
  ["tokens", (paint) => renderTokens([token] as never, paint), token.id, scopes.join(", ")],
  ["checkpoints", (paint) => renderCheckpoints([checkpoint] as never, paint), "next run", long],
  ["the audit log", (paint) => renderAudit([audited] as never, paint), "ada added the fact", long],
  ["commands", (paint) => renderCommands([command] as never, paint, nowMs), "c1", "exit code 1"],
  ["models", (paint) => renderModels([model] as never, paint), "ollama/a", "failures: 4 timeout"],
  [
    "facts",
    (paint) =>
      renderFacts(
        {
          items: [{ id: id("fct"), kind: "note", text: long, source: { type: "person", by: "ada" } }],
          files: [],
        } as never,
        paint,
        0,
      ),
    id("fct"),
    long,
  ],
  [
    "reviews",
    (paint) => renderReviewPause({ current: null, nextAtMs: null, reviews: [review] } as never, paint, nowMs),
    review.id,
    "50 % succeeded",
  ],
];

describe.each(lists)("%s", (_name, render, whole, inPipe) => {
  it.each([40, 60, 80, 100, 140])("fits %d columns", (columns) => {
    const text = render(readablePaint(columns));
    expect(text.split("\n").filter((line) => line.length > columns)).toEqual([]);
    expect(text).toContain(whole);
  });

  it("is whole in a pipe", () => {
    const text = render(readablePaint());
    expect(text).toContain(whole);
    expect(text).toContain(inPipe);
    expect(text).not.toContain("…");
  });
});

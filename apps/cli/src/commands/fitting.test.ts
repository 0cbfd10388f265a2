// What is said besides lists fits narrow terminals too; what is to be copied stays whole.
import { OutpostError } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { renderLanguages } from "../render/code.ts";
import { renderConflicts } from "../render/conflicts.ts";
import { renderBackup, renderRestored, renderSalvage, renderVerification } from "../render/maintenance.ts";
import { renderTest } from "../render/models.ts";
import type { Paint } from "../render/paint.ts";
import { renderJudgement } from "../render/policy.ts";
import { renderReport } from "../render/review-pause.ts";
import { readablePaint } from "../render/samples.ts";
import { renderDoctor, renderStatus } from "../render/status.ts";
import { explainConflicts } from "./explain-conflicts.ts";
import { renderIndexStatus } from "./index-repository.ts";
import { renderVectors } from "./vectors.ts";

const long = "words that go on and on, much longer than a line of a narrow terminal is wide, and then some more";
const rule = { id: "a-rule", file: "built-in/destruction.yaml", line: 4 };
const reason = "runs a script whose name says neither build, test nor lint, or installs";
const judged = { verdict: "ask", reason, rule, argv: ["npm", "run", "deploy"] };
const qdrant = {
  address: "http://127.0.0.1:6333",
  version: "1.18",
  collection: "c",
  name: "n",
  chunks: 9,
  problem: long,
};
const check = { name: "sandbox.nested_namespace", ok: false, detail: long, fix: long };
const conduct = { protocol: "native", editFormat: "replace", thinking: "auto" };
const status = {
  ...{ version: "0.1.0", startedAtMs: 0, dataDirectory: "/data", repositories: 1, tasksByState: {}, model: null },
  ...{ workers: { running: 1, limit: 2, restarts: 2 }, indexer: { running: false, restarts: 0 }, memoryBytes: 1 },
  ...{ sandbox: { kind: "bubblewrap", name: "", ready: true, limits: "command", checks: [] }, busyWorkers: [] },
};
const index = {
  ...{ state: "ready", files: 1, chunks: 1, skipped: [], progress: null, indexedAtMs: 0, durationMs: 1 },
  ...{ error: long, freshness: "on_request", staleFiles: 3 },
  languages: { python: 10, typescript: 9, cpp: 5, markdown: 4, toml: 1, cmake: 1 },
};
const code = `${"    ".repeat(3)}return ${"first + ".repeat(12)}last`;
const hunk = { startLine: 10, base: [code], current: ["    return first", code], wanted: [] };
const conflicts = [{ path: "warehouse/pricing.py", reason: long, hunks: Array(6).fill(hunk) }];

const counts = { tasks: 12, events: 163, files: 64, bytes: 582_000 };
const backup = { path: "/srv/backups/2026-11-28", createdAtMs: 0, withSecrets: false, ...counts };
const salvage = {
  ...{ backup, unplacedFile: "/srv/backups/unplaced.jsonl", brokenTasks: ["tsk_1", "tsk_2"], problems: [long] },
  tasks: { whole: 9, cut: 1, begunAgain: 1, lost: 1 },
  ...{ events: { placed: 9, lost: 1, unplaced: 1 }, repositories: { lost: 1 } },
};

const said: [name: string, render: (paint: Paint) => string][] = [
  ["conflicts", (paint) => renderConflicts(conflicts, paint.columns).join("\n")],
  ["what a rule says", (paint) => renderJudgement({ ...judged, parts: [judged, judged] } as never, paint)],
  ["where vectors are", (paint) => renderVectors({ engine: "qdrant", qdrant, move: {} } as never, paint)],
  ["doctor", (paint) => renderDoctor({ ok: false, checks: [check, { ...check, name: "disk" }] }, paint)],
  ["a server", (paint) => renderStatus(status as never, "http://127.0.0.1:7717", paint)],
  ["an index", (paint) => renderIndexStatus({ name: "calc" } as never, index as never, paint)],
  [
    "languages",
    (paint) =>
      renderLanguages(
        [{ name: "perl", level: "symbols", by: "lines", hasReferences: false, problem: null } as never],
        paint,
      ),
  ],
  [
    "a model's test",
    (paint) =>
      renderTest({ results: [], tokensPerSecond: 9, firstTokenMs: 9, usableWindowTokens: 9, conduct } as never, paint),
  ],
  [
    "what a look at a data directory found",
    (paint) =>
      renderVerification(
        {
          ...{ kind: "data", path: "/srv/outpost", ok: false, brokenTasks: [] },
          parts: [{ name: "tasks.db", state: "damaged", detail: long, problems: [long] }],
        } as never,
        paint,
      ),
  ],
  ["a backup", (paint) => renderBackup(backup as never, paint)],
  ["what was restored", (paint) => renderRestored(backup as never, paint, Date.now())],
  ["what was salvaged", (paint) => renderSalvage(salvage as never, paint)],
  [
    "a report",
    (paint) =>
      renderReport(
        `# Review\n\n${long}\n\n- ${long}\n  - ${long}\n\n| task | what |\n| --- | --- |\n| a | ${long} |`,
        paint,
      ),
  ],
];

describe.each(said)("%s", (_name, render) => {
  it.each([40, 60, 80])("fits %d columns", (columns) => {
    const lines = render(readablePaint(columns)).split("\n");
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });

  it("is whole in a pipe", () => expect(render(readablePaint())).not.toMatch(/↳|…$/m));
});

describe("lines that stand against each other", () => {
  it("go on behind a mark where their sign stands, so that no part looks like a line of its own", () => {
    const [conflict] = [{ path: "a.py", reason: "changed", hunks: [{ ...hunk, startLine: 7, base: [] }] }];
    const current = ["x".repeat(40), "> y"];
    const hunks = [{ startLine: 7, base: [], current, wanted: ["z"] }];
    expect(renderConflicts([{ ...conflict, path: "a.py", reason: "changed", hunks }], 40)).toEqual([
      "  a.py: changed",
      "    line 7, where there was",
      "      (nothing)",
      "    now there is",
      `    < ${"x".repeat(34)}`,
      `    ↳ ${"x".repeat(6)}`,
      "    < > y",
      "    and the change wants",
      "    > z",
    ]);
  });

  it("are said with the way out to people, and only in the details to programs", async () => {
    const refused = new OutpostError("conflict", "the change does not fit", { details: { conflicts } });
    const work = () => Promise.reject(refused);
    const explain = (isJson: boolean) =>
      explainConflicts({ isJson, notePaint: readablePaint(60) }, work, () => "do this").catch((error) => error);
    expect((await explain(false)).message).toMatch(
      /^the change does not fit\n {2}warehouse.*[\s\S]*… and 1 more place\ndo this$/,
    );
    expect(await explain(true)).toMatchObject({ message: "the change does not fit\ndo this", details: { conflicts } });
    const other = new OutpostError("conflict", "busy");
    await expect(
      explainConflicts({ isJson: false, notePaint: readablePaint(60) }, () => Promise.reject(other)),
    ).rejects.toBe(other);
  });
});

// The first event of a run: what the policy of its base says of plans, and what it begins knowing.
import { foldAll } from "@outpost/core";
import { type Fact, type TaskEvent, TaskSpec } from "@outpost/protocol";
import { createTestIds } from "@outpost/testkit";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import type { PerformPorts } from "./perform-ports.ts";
import { startRun } from "./start-run.ts";

const newId = createTestIds();
const commit = "a".repeat(40);
const repositoryId = newId("rep");
const fact = (text: string, more: Partial<Fact> = {}): Fact => ({
  ...{ id: newId("fct"), repositoryId, kind: "note", text, approvedBy: null, editedBy: null },
  ...{ createdAtMs: 1, updatedAtMs: 1, source: { type: "person", by: "ada" } },
  ...more,
});

interface Given {
  plan?: "required" | "optional";
  spec?: Partial<TaskSpec>;
  facts?: Fact[];
  guide?: string;
  denied?: string;
  expandGoals?: boolean;
  provider?: string;
}

async function started({ plan = "optional", spec, facts = [], guide, denied, ...given }: Given) {
  const { expandGoals = false, provider = "t" } = given;
  const asked: unknown[] = [];
  const state = foldAll([
    {
      ...{ version: 1, position: 1, taskId: newId("tsk"), seq: 1, atMs: 0 },
      event: {
        type: "task.created",
        spec: TaskSpec.parse({ repositoryId, instruction: "tidy up", ...spec }),
        by: "ada",
      },
    },
  ]);
  const policy = {
    hash: "h",
    settings: { plan },
    files: { judge: (path: string) => ({ access: path === denied ? "deny" : "write" }) },
  };
  const profile = { provider, name: "t", windowTokens: 16_384, canCallTools: true, canThink: false };
  const imported = { headCommit: commit, headBranch: "main", isGit: true };
  const ports = {
    ...{
      log: { state },
      newId,
      expandGoals,
      nowMs: () => 0,
      tools: [],
      newDataMark: () => "abc123",
      logger: pino({ level: "silent" }),
    },
    server: { chooseModel: async () => ({ profile, passedOver: [] }) },
    workbench: { repository: async () => ({ id: repositoryId, ...imported }) },
    host: {
      import: async () => imported,
      readFile: async (...about: unknown[]) => {
        asked.push(about);
        return guide === undefined ? null : new TextEncoder().encode(guide);
      },
    },
    policies: {
      policyFor: async () => policy,
      policyForRun: async (about: { commit: string }) => {
        asked.push(about.commit);
        return policy;
      },
    },
    store: { listFacts: async () => facts },
    secrets: { concealer: { conceal: (text: string) => text.replaceAll("hush", "[REDACTED:known:00000000]") } },
    taskSignal: new AbortController().signal,
  };
  const events: TaskEvent[] = [];
  for await (const event of startRun(1, ports as unknown as PerformPorts)) events.push(event);
  const [first] = events;
  if (first?.type !== "run.started" || events.length > 1) throw new Error(JSON.stringify(events));
  return { event: first, asked };
}

describe("a run begins", () => {
  it.each([
    ["with a plan where the policy of its base requires one", { plan: "required" } as const, true],
    ["with a plan where its task wants one", { spec: { plan: true } }, true],
    ["without, where neither says so", {}, undefined],
    ["without, where it only asks", { plan: "required", spec: { workflow: "ask" } } as const, undefined],
  ])("%s", async (_, given, planFirst) => {
    const { event, asked } = await started(given);
    expect(event.planFirst).toBe(planFirst);
    expect(event.policyHash).toBe("h");
    expect(asked[0]).toBe(commit);
  });

  it.each([
    ["with words of its model, as the server is set", { expandGoals: true }, true],
    ["without, as the server is set", { expandGoals: false }, undefined],
    ["without, where its task wants none", { expandGoals: true, spec: { expandGoal: false } }, undefined],
    ["with them, where its task wants them", { expandGoals: false, spec: { expandGoal: true } }, true],
    ["without, where there is no model to ask", { provider: "rules", spec: { expandGoal: true } }, undefined],
  ])("%s", async (_, given, expandsGoal) => {
    expect((await started(given)).event.expandsGoal).toBe(expandsGoal);
  });

  it("knowing nothing, where nothing is known", async () => {
    expect((await started({})).event.memory).toBeUndefined();
    expect((await started({ guide: " \n" })).event.memory).toBeUndefined();
  });

  it("knowing what people wrote first, then the newest, with where it is from, without secrets", async () => {
    const source = { type: "model", taskId: newId("tsk"), step: 2, model: "ollama/x" } as const;
    const facts = [
      fact("old", { source, updatedAtMs: 5 }),
      fact("new, hush", { source, updatedAtMs: 9, approvedBy: "bob" }),
      fact("edited", { source, editedBy: "eve" }),
      fact("written"),
    ];
    const { event } = await started({ facts, guide: "Say hush.\u202e" });
    expect(event.memory?.facts.map((line) => line.replaceAll(source.taskId, "T"))).toEqual([
      "note: edited (said by ollama/x in T, step 2, edited by eve)",
      "note: written (written by ada)",
      "note: new, [REDACTED:known:00000000] (said by ollama/x in T, step 2, allowed by bob)",
      "note: old (said by ollama/x in T, step 2)",
    ]);
    expect(event.memory?.files).toEqual([{ path: "AGENTS.md", commit, text: "Say [REDACTED:known:00000000].\\u202e" }]);
  });

  it("without a file that the policy denies", async () => {
    const { event, asked } = await started({ facts: [fact("one")], guide: "Read me.", denied: "AGENTS.md" });
    expect(event.memory?.files).toEqual([]);
    expect(asked).toEqual([commit]);
  });
});

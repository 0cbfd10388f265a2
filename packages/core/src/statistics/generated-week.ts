// Events of weeks of work for tests, from a seed: tasks that succeed, fail, are retried, taken over, asked about, decided. Every event is one
// that the log could hold. Knows nothing of statistics.
import {
  type Change,
  createIdFactory,
  type EventEnvelope,
  eventVersion,
  type GitObjectId,
  type ModelProfile,
  type RunOutcome,
  type RunTool,
  TaskEvent,
  type TaskId,
  TaskSpec,
  type TestEvidence,
} from "@outpost/protocol";

export interface GeneratedWeek {
  envelopes: EventEnvelope[];
  taskIds: TaskId[];
}

interface WeekOptions {
  seed: number;
  tasks: number;
  fromMs: number;
  toMs: number;
}

const commit = "1".repeat(40) as GitObjectId;
const tools: RunTool[] = (
  [
    ["read_file", "read"],
    ["edit_file", "write"],
    ["run_command", "command"],
    ["run_tests", "command"],
  ] as const
).map(([name, effect]) => ({ name, effect, description: name, parameters: {} }));
const models: ModelProfile[] = ["small", "large", "odd"].map((name) => ({
  provider: "ollama",
  name,
  windowTokens: 16_384,
  canCallTools: true,
  canThink: false,
}));

/** Times are in order, positions too. */
export function generateWeek({ seed, tasks, fromMs, toMs }: WeekOptions): GeneratedWeek {
  const dice = createDice(seed);
  const newId = createIdFactory(
    () => fromMs,
    (count) => Uint8Array.from({ length: count }, () => dice.below(256)),
  );
  const repositoryId = newId("rep");
  const all: Omit<EventEnvelope, "position">[] = [];
  const taskIds: TaskId[] = [];
  for (let index = 0; index < tasks; index++) {
    const taskId = newId("tsk");
    taskIds.push(taskId);
    // Some begin before the time that is looked at, some end behind it.
    const beginMs = fromMs - 86_400_000 + dice.below(toMs - fromMs + 86_400_000);
    const spec = TaskSpec.parse({ repositoryId, instruction: `Mend part ${index}\nwith care` });
    let seq = 0;
    let atMs = beginMs;
    const add = (event: unknown, laterMs: number): void => {
      atMs += laterMs;
      seq += 1;
      all.push({ version: eventVersion, taskId, seq, atMs, event: TaskEvent.parse(event) });
    };
    add({ type: "task.created", spec, by: "ada" }, 0);
    live(dice, add, newId, taskId);
  }
  const ordered = all
    .map((envelope, at) => ({ envelope, at }))
    .sort((one, other) => one.envelope.atMs - other.envelope.atMs || one.at - other.at);
  return { envelopes: ordered.map(({ envelope }, at) => ({ ...envelope, position: at + 1 })), taskIds };
}

type Add = (event: unknown, laterMs: number) => void;
type NewId = ReturnType<typeof createIdFactory>;

function live(dice: Dice, add: Add, newId: NewId, taskId: TaskId): void {
  for (let attempt = 1; ; attempt++) {
    const outcome = run(dice, add, newId, taskId, attempt);
    if (outcome.type === "proposed") settle(dice, add, attempt);
    if (outcome.type !== "failed" || attempt > 3) return;
    add({ type: "task.queued", reason: "retry", retry: attempt, because: "it failed" }, 0);
  }
}

function run(dice: Dice, add: Add, newId: NewId, taskId: TaskId, attempt: number): RunOutcome {
  const runId = newId("run");
  const model = dice.pick(models);
  const steps = 1 + dice.below(8);
  add(
    { type: "run.started", runId, attempt, baseCommit: commit, model, systemPrompt: "s", tools },
    dice.below(3_600_000),
  );
  for (let step = 1; step <= steps; step++) {
    if (dice.chance(0.05)) add({ type: "run.resumed", runId, fence: step, reason: "its worker died" }, 15_000);
    takeStep(dice, add, newId, step);
  }
  const outcome = chooseOutcome(dice, attempt);
  if (outcome.type === "proposed") {
    add({ type: "checkpoint.created", number: 1, commit, files: ["src/a1.ts"] }, 5);
    add({ type: "change.proposed", change: makeChange(dice, taskId, attempt) }, 5);
  }
  add({ type: "run.finished", runId, outcome }, dice.below(1000));
  return outcome;
}

function takeStep(dice: Dice, add: Add, newId: NewId, step: number): void {
  const hits = Array.from({ length: dice.below(5) }, () => makeHit(`src/a${dice.below(20)}.ts`));
  const account = { window: 1, system: 1, tools: 1, history: 1, hits: 1, reply: 1 };
  add({ type: "step.started", step, query: "q", packedHits: "", hits, coverage: null, account }, 100);
  if (dice.chance(0.06))
    add(
      {
        type: "model.failed",
        step,
        code: dice.pick(["unavailable", "timeout"]),
        message: "no answer\nat all",
        willRetry: true,
      },
      dice.below(30_000),
    );
  if (dice.chance(0.03)) add({ type: "model.switched", step, from: models[0], to: models[1], reason: "no answer" }, 1);
  add({ type: "model.replied", step, reply: makeReply(dice) }, dice.below(60_000));
  const name = dice.pick(["read_file", "edit_file", "run_command", "run_tests"]);
  const callId = `c${step}`;
  const given = name.startsWith("run_")
    ? { command: dice.pick(["npm test", "curl x", "rm -rf /"]) }
    : { path: `src/a${dice.below(20)}.ts` };
  const verdict = name === "run_command" ? dice.pick(["allow", "allow", "ask", "deny"]) : "allow";
  const call = {
    type: "tool.called",
    step,
    callId,
    name,
    arguments: given,
    rule: verdict === "deny" ? "built-in:7" : null,
  };
  add({ ...call, verdict }, 10);
  if (verdict === "ask") ask(dice, add, newId, { ...call, verdict: "allow" });
  const ok = dice.chance(0.8);
  add(
    {
      type: "tool.returned",
      callId,
      ok,
      observation: ok ? "done" : `it broke at ${dice.below(3)}\nand more`,
      interrupted: false,
      durationMs: dice.below(20_000),
      filesTouched: name === "edit_file" && ok ? [`src/a${dice.below(20)}.ts`] : [],
      tests: name === "run_tests" ? [makeEvidence(dice)] : [],
    },
    dice.below(20_000),
  );
}

function ask(dice: Dice, add: Add, newId: NewId, call: object): void {
  const approvalId = newId("apr");
  add({ type: "approval.requested", approvalId, kind: "command", question: "may it?", options: [], callId: null }, 1);
  const how = dice.chance(0.2) ? "expired" : "person";
  const accepted = how === "person" && dice.chance(0.7);
  add({ type: "approval.decided", approvalId, answer: "", accepted, by: "ada", how }, dice.below(7_200_000));
  add({ type: "run.resumed", runId: newId("run"), fence: 9, reason: "decided" }, dice.below(60_000));
  if (accepted) add(call, 1);
}

function settle(dice: Dice, add: Add, revision: number): void {
  const decision = { accepted: true, reason: null, by: "ada" };
  const later = dice.below(40_000_000);
  const fate = dice.below(5);
  if (fate === 0) add({ type: "change.rejected", revision, decision: { ...decision, accepted: false } }, later);
  if (fate === 1)
    add({ type: "change.apply_failed", revision, conflicts: [{ path: "a", reason: "it changed" }], by: "ada" }, later);
  if (fate < 2) return;
  const target = dice.pick(["checkout", "branch"]);
  const isPushed = dice.chance(0.5);
  const made = { branch: "b", commit, previous: null, pushedTo: isPushed ? "origin" : null };
  add(
    {
      type: "change.applied",
      revision,
      decision,
      target,
      files: [],
      undo: null,
      commit: target === "branch" ? made : null,
    },
    later,
  );
  if (fate === 2) add({ type: "change.reverted", revision, files: [], by: "ada" }, 1000);
}

function chooseOutcome(dice: Dice, revision: number): RunOutcome {
  const citations = [{ path: `src/a${dice.below(20)}.ts`, startLine: 1, endLine: 2 }];
  return dice.pick<RunOutcome>([
    { type: "answered", answer: "so", citations },
    { type: "proposed", summary: "done", revision },
    { type: "proposed", summary: "done", revision },
    { type: "finished", summary: "nothing to do" },
    { type: "stopped", reason: "step_limit", message: "40 steps", revision: null },
    { type: "failed", code: "unavailable", message: "the model\nis away", retryable: true },
    { type: "cancelled" },
  ]);
}

const makeHit = (path: string) => ({
  path,
  startLine: 1,
  endLine: 9,
  language: "ts",
  kind: "function",
  symbol: null,
  score: 1,
  reasons: [],
});

function makeReply(dice: Dice) {
  const totalMs = dice.below(60_000);
  const isCounted = dice.chance(0.9);
  return {
    content: "",
    thinking: "",
    toolCalls: [],
    finishReason: "stop",
    usage: {
      promptTokens: isCounted ? dice.below(8000) : null,
      outputTokens: isCounted ? dice.below(800) : null,
      firstTokenMs: dice.chance(0.9) ? Math.floor(totalMs / 3) : null,
      totalMs,
    },
  };
}

function makeEvidence(dice: Dice): TestEvidence {
  const isGreen = dice.chance(0.6);
  return {
    argv: ["pytest"],
    framework: "pytest",
    phase: "after",
    exitCode: isGreen ? 0 : 1,
    signal: null,
    passed: dice.below(50),
    failed: isGreen ? 0 : 1 + dice.below(5),
    skipped: dice.below(3),
    durationMs: dice.below(10_000),
    outputTail: dice.chance(0.5)
      ? `a.py  10 2 80%\nTOTAL    100     ${dice.below(40)}    ${60 + dice.below(40)}%\n`
      : "ok",
  };
}

function makeChange(dice: Dice, taskId: TaskId, revision: number): Change {
  const addedLines = dice.below(200);
  const removedLines = dice.below(100);
  const common = {
    taskId,
    revision,
    baseCommit: commit,
    tree: commit,
    applyTarget: "checkout" as const,
    summary: "done",
  };
  return { ...common, files: [], addedLines, removedLines, tests: [] };
}

interface Dice {
  /** From 0 to `limit`, exclusive. */
  below(limit: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

/** Mulberry32: the same seed gives the same week. */
function createDice(seed: number): Dice {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (share) => next() < share,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
  };
}

// What a tool call adds to the repository's memory: what the model wants remembered, and commands that were seen to work. A task that has read
// text from outside has nothing remembered unasked: a person is asked, and the task goes on meanwhile.
// Invariant: nothing that holds a secret is kept, and the same is neither kept nor asked about twice.
import { learnFromCall, type ToolResult } from "@outpost/core";
import { limits, plainFact, type TaskEvent } from "@outpost/protocol";
import { askUntil } from "./ask-approval.ts";
import type { PerformPorts } from "./perform-ports.ts";

/** What one task may add, asked about or not. */
const maxPerTask = 10;

interface EndedCall {
  step: number;
  call: { name: string; arguments: Record<string, unknown> };
  result: ToolResult;
}

type Candidate = Omit<Extract<TaskEvent, { type: "fact.learned" }>["fact"], "id" | "approvedBy">;

export interface Learned {
  events: TaskEvent[];
  /** What the model is told of a fact that it wanted kept; null: it wanted none. */
  answer: { ok: boolean; text: string } | null;
}

export async function learnFacts(ended: EndedCall, ports: PerformPorts): Promise<Learned> {
  const { result } = ended;
  const events: TaskEvent[] = [];
  for (const candidate of commandsOf(ended, ports)) {
    const kept = await keep(candidate, result, ports);
    if ("event" in kept) events.push(kept.event);
  }
  if (!result.fact) return { events, answer: null };
  const kept = await keep(modelsFact(ended, result.fact, ports), result, ports);
  if ("event" in kept) events.push(kept.event);
  return { events, answer: { ok: !("problem" in kept), text: kept.said } };
}

function commandsOf({ step, call, result }: EndedCall, { log }: PerformPorts): Candidate[] {
  const learned = learnFromCall({ ...call, ok: result.ok, tests: result.tests ?? [] });
  const { taskId } = log.state;
  return learned.map(({ kind, text, argv }) => ({ kind, text, source: { type: "command", taskId, step, argv } }));
}

function modelsFact(
  { step }: EndedCall,
  { kind, text }: { kind: Candidate["kind"]; text: string },
  { log }: PerformPorts,
): Candidate {
  const { taskId, run } = log.state;
  const model = run ? `${run.model.provider}/${run.model.name}` : "a model";
  return { kind, text, source: { type: "model", taskId, step, model } };
}

type Kept = { event: TaskEvent; said: string } | { said: string } | { problem: true; said: string };

async function keep(candidate: Candidate, result: ToolResult, ports: PerformPorts): Promise<Kept> {
  const { log, store, secrets, newId } = ports;
  const text = plainFact(candidate.text);
  const refuse = (why: string): Kept => ({ problem: true, said: `not remembered: ${why}` });
  if (text.length > limits.factCharacters) return refuse(`it is over ${limits.factCharacters} characters`);
  if (secrets.concealer.conceal(text) !== text || text.includes("[REDACTED:"))
    return refuse("it holds what looks like a secret");
  const { spec, taskId, taint } = log.state;
  const facts = await store.listFacts(spec.repositoryId);
  if (facts.some((fact) => fact.text === text)) return { said: "that is known already" };
  const { items: asked } = await store.listApprovals({ taskId, kind: "fact", limit: 100 });
  const earlier = asked.find(({ fact }) => fact?.text === text);
  if (earlier) return { said: `a person was asked about that already: ${earlier.state}` };
  const own = facts.filter(({ source }) => source.type !== "person" && source.taskId === taskId);
  if (own.length + asked.length >= maxPerTask) return refuse(`one task may add ${maxPerTask} facts at most`);
  if (facts.length >= limits.factsPerRepository && facts.every(isPersons))
    return refuse("the memory is full of what people wrote");
  const fact = { ...candidate, text, id: newId("fct"), approvedBy: null };
  const outside = taint ?? result.untrusted ?? null;
  if (outside === null) return { event: { type: "fact.learned", fact }, said: "remembered for later tasks" };
  const reason = `the task has read ${outside}`;
  const event = {
    type: "fact.proposed" as const,
    approvalId: newId("apr"),
    fact,
    reason,
    expiresAtMs: askUntil(ports),
  };
  return { event, said: "a person is asked whether it is to be remembered; go on meanwhile" };
}

function isPersons({ source, editedBy }: { source: { type: string }; editedBy: string | null }): boolean {
  return source.type === "person" || editedBy !== null;
}

// What the worker logged of its own time ("step.timed"), cut to a window between two model calls and shared out by kind.
// Invariant: every moment of a window is counted once; what is in no span is `rest`.

export type SpanKind = "durable" | "files" | "git" | "sandbox" | "retrieval" | "model";

export interface Span {
  kind: SpanKind;
  name: string;
  startMs: number;
  durationMs: number;
}

export interface Split {
  totalMs: number;
  sandboxMs: number;
  gitMs: number;
  durableMs: number;
  /** Writing files of the worktree, which ends in an fsync of its own. */
  filesMs: number;
  retrievalMs: number;
  /** Looking the model up; the wait for its reply lies outside of windows. */
  modelMs: number;
  restMs: number;
  /** Of the task's log and its lease; those of the audit log are apart. */
  transactions: number;
  auditTransactions: number;
  /** The git subcommands, in order. */
  git: string[];
}

/** Where spans overlap, the first of these has the moment. */
const precedence: SpanKind[] = ["sandbox", "git", "durable", "files", "retrieval", "model"];

export function readSpans(logLines: readonly string[]): Span[] {
  return logLines
    .filter((line) => line.includes('"step.timed"'))
    .flatMap((line) => (JSON.parse(line) as { spans: Span[] }).spans)
    .toSorted((a, b) => a.startMs - b.startMs);
}

export function splitWindow(spans: readonly Span[], startMs: number, endMs: number): Split {
  // The chat that the window ends with, and the one it began with, are the model's own time.
  const inside = spans.filter(
    (span) => span.startMs < endMs && span.startMs + span.durationMs > startMs && span.name !== "chat",
  );
  const edges = new Set([startMs, endMs]);
  for (const span of inside) {
    edges.add(clamp(span.startMs, startMs, endMs));
    edges.add(clamp(span.startMs + span.durationMs, startMs, endMs));
  }
  const times: Record<SpanKind | "rest", number> = {
    sandbox: 0,
    git: 0,
    durable: 0,
    files: 0,
    retrieval: 0,
    model: 0,
    rest: 0,
  };
  const sorted = [...edges].sort((a, b) => a - b);
  for (const [index, from] of sorted.slice(0, -1).entries()) {
    const to = sorted[index + 1] ?? from;
    const running = inside.filter((span) => span.startMs <= from && span.startMs + span.durationMs >= to);
    const kind = precedence.find((wanted) => running.some((span) => span.kind === wanted)) ?? "rest";
    times[kind] += to - from;
  }
  const begun = inside.filter((span) => span.startMs >= startMs);
  return {
    totalMs: endMs - startMs,
    sandboxMs: times.sandbox,
    gitMs: times.git,
    durableMs: times.durable,
    filesMs: times.files,
    retrievalMs: times.retrieval,
    modelMs: times.model,
    restMs: times.rest,
    transactions: begun.filter(({ kind, name }) => kind === "durable" && name !== "audit").length,
    auditTransactions: begun.filter(({ kind, name }) => kind === "durable" && name === "audit").length,
    git: begun.filter(({ kind }) => kind === "git").map(({ name }) => name),
  };
}

function clamp(value: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, value));
}

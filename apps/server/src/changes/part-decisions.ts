// Decisions about parts of a change: held, sent back to the model, or put together as a revision of its own that is tested again and
// applied. And a change that no longer fits, brought onto what is there now. Runs inside the task's lock.
import {
  type ChangeSelection,
  composeRejection,
  type Decisions,
  type DerivedChange,
  partsOf,
  type RepositoryHost,
  type TaskStore,
} from "@outpost/core";
import type {
  ApplyConflict,
  Change,
  ChangeFile,
  DecideChangeRequest,
  DecideChangeResponse,
  HeldDecision,
  NewId,
  RebaseChangeResponse,
  Task,
  TaskEvent,
  TaskEventOf,
  TaskId,
} from "@outpost/protocol";
import { acceptedSecrets } from "../tasks/allowed-secrets.ts";
import type { DecisionPlan } from "./plan-decision.ts";
import { reviewedAnew, withVerification } from "./with-verification.ts";

export interface PartDecisionPorts {
  store: TaskStore;
  host: RepositoryHost;
  newId: NewId;
  append(taskId: TaskId, events: TaskEvent[]): Promise<Task>;
  apply(
    task: Task,
    change: Change,
    request: Pick<DecideChangeRequest, "target" | "reason" | "allowSecrets" | "delivery">,
    by: string,
  ): Promise<DecideChangeResponse>;
  wake(): void;
}

export function createPartDecisions(ports: PartDecisionPorts) {
  const { store, host, append } = ports;

  async function select(task: Task, change: Change, all: Decisions): Promise<DerivedChange> {
    return host.selectFromChange(await store.getRepository(task.spec.repositoryId), change, selectionOf(all));
  }

  async function revise(
    task: Task,
    change: Change,
    plan: DecisionPlan,
    reason: string | null,
    by: string,
  ): Promise<DecideChangeResponse> {
    const derived = await select(task, change, plan.all);
    const text = composeRejection(change, plan.all, reason);
    const decided = decidedEvent(change, plan, by, { follow: "revise", derived });
    const queued = { type: "task.queued", reason: "rejected_hunks" } as const;
    const updated = await append(task.id, [decided, { type: "message.added", text, by }, queued]);
    ports.wake();
    return { task: updated, files: [], patch: null, outcome: "revising", undecided: [] };
  }

  async function applyPart(
    task: Task,
    change: Change,
    plan: DecisionPlan,
    request: DecideChangeRequest,
    by: string,
  ): Promise<DecideChangeResponse> {
    const derived = await select(task, change, plan.all);
    const hadTests = change.tests.some(({ phase }) => phase === "after");
    const isVerified = hadTests && request.retest !== false;
    const part = { ...revisionFrom(change, derived, "selection", by), ...acceptedSecrets(change, plan.all) };
    const decided = decidedEvent(change, plan, by, { follow: isVerified ? "verify" : "apply", derived, request });
    const proposed: TaskEvent = { type: "change.proposed", change: part, approvalId: ports.newId("apr") };
    if (isVerified) {
      const updated = await append(task.id, [decided, proposed, { type: "task.queued", reason: "verify" }]);
      ports.wake();
      return { task: updated, files: [], patch: null, outcome: "verifying", undecided: [] };
    }
    const updated = await append(task.id, [decided, proposed]);
    if ((request.target ?? part.applyTarget) === "client")
      return { task: updated, files: [], patch: null, outcome: "ready", undecided: [] };
    return { ...(await ports.apply(updated, part, request, by)), outcome: "applied", undecided: [] };
  }

  return {
    /** What `plan` says, except for a whole that is accepted or rejected: that is its caller's. */
    async perform(
      task: Task,
      change: Change,
      plan: DecisionPlan,
      request: DecideChangeRequest,
      by: string,
    ): Promise<DecideChangeResponse> {
      if (plan.next === "revise") return revise(task, change, plan, request.reason ?? null, by);
      if (plan.next === "apply_part") return applyPart(task, change, plan, request, by);
      const updated = await append(task.id, [decidedEvent(change, plan, by, { follow: "hold", derived: null })]);
      const outcome = plan.next === "leave_to_client" ? "ready" : "held";
      return { task: updated, files: [], patch: null, outcome, undecided: plan.undecided };
    },

    async rebase(task: Task, change: Change, by: string): Promise<RebaseChangeResponse> {
      const repository = await store.getRepository(task.spec.repositoryId);
      const { baseCommit, derived, conflicts } = await host.rebaseChange(repository, change);
      const rebased = { type: "change.rebased", revision: change.revision, conflicts, by } as const;
      if (derived) {
        const moved = revisionFrom(change, derived, "rebase", by);
        const proposed: TaskEvent = { type: "change.proposed", change: moved, approvalId: ports.newId("apr") };
        return { task: await append(task.id, [rebased, proposed]), outcome: "revised", baseCommit };
      }
      const text = composeConflict(change, conflicts, await host.renderPatch(repository, change));
      const events: TaskEvent[] = [
        rebased,
        { type: "message.added", text, by },
        { type: "task.queued", reason: "rebase" },
      ];
      const updated = await append(task.id, events);
      ports.wake();
      return { task: updated, outcome: "sent_back", baseCommit };
    },

    /**
     * A part whose tests were run since it was accepted: applied, unless they are worse than those of the whole. Null when there is
     * nothing of the kind to do.
     */
    async applyVerified(task: Task, events: readonly TaskEvent[]): Promise<DecideChangeResponse | null> {
      if (task.state !== "proposed") return null;
      const verified = findVerified(events, task.revision);
      if (!verified || !isAsGood(verified.change, verified.whole)) return null;
      // A client applies it, and reports.
      if ((verified.decided.target ?? verified.change.applyTarget) === "client") return null;
      const { target, reason, by, allowedSecrets: allowSecrets, delivery } = verified.decided;
      const request = {
        ...(target && { target }),
        ...(reason !== null && { reason }),
        ...(allowSecrets && { allowSecrets }),
        ...(delivery && { delivery }),
      };
      return ports.apply(task, verified.change, request, by);
    },
  };
}

function selectionOf({ hunks, files }: Decisions): ChangeSelection {
  const accepted = (all: Record<string, HeldDecision>) =>
    Object.entries(all).filter(([, { decision }]) => decision === "accept");
  return {
    hunks: new Map(accepted(hunks).map(([id, { lines }]) => [id, lines])),
    files: new Set(accepted(files).map(([path]) => path)),
  };
}

function decidedEvent(
  change: Change,
  { now }: DecisionPlan,
  by: string,
  after: {
    follow: TaskEventOf<"hunks.decided">["follow"];
    derived: DerivedChange | null;
    request?: DecideChangeRequest;
  },
): TaskEvent {
  const { follow, derived, request } = after;
  const withoutBy = (all: Record<string, HeldDecision>) =>
    Object.fromEntries(Object.entries(all).map(([key, { by: _, ...decision }]) => [key, decision]));
  return {
    type: "hunks.decided",
    revision: change.revision,
    hunks: withoutBy(now.hunks),
    files: withoutBy(now.files),
    by,
    follow,
    checkpoint: derived?.commit ?? null,
    paths: derived?.files.flatMap(({ path, oldPath }) => (oldPath ? [path, oldPath] : [path])) ?? [],
    held: derived ? partsOf(derived) : { hunks: [], files: [] },
    target: request?.target ?? null,
    reason: request?.reason ?? null,
    ...(request?.allowSecrets && { allowedSecrets: request.allowSecrets }),
    ...(request?.delivery && { delivery: request.delivery }),
  };
}

function revisionFrom(change: Change, derived: DerivedChange, kind: "selection" | "rebase", by: string): Change {
  const { commit, ...parts } = derived;
  const hadTests = change.tests.some(({ phase }) => phase === "after");
  const what = kind === "selection" ? "a part of" : "on a newer base than";
  return reviewedAnew({
    ...change,
    ...parts,
    files: parts.files.map((file) => ({ ...file, ...describedAs(change, file) })),
    revision: change.revision + 1,
    tests: change.tests.filter(({ phase }) => phase === "before"),
    origin: { kind, revision: change.revision, by, commit },
    untested: hadTests
      ? `${what} revision ${change.revision}, on which the tests were run; not run again on this`
      : null,
  });
}

/** What was found out about a file does not depend on which of its lines are taken. */
function describedAs({ files }: Change, { path }: ChangeFile): Pick<ChangeFile, "generated" | "coverage"> {
  const { generated, coverage } = files.find((file) => file.path === path) ?? {};
  return { ...(generated !== undefined && { generated }), ...(coverage && { coverage }) };
}

interface Verified {
  change: Change;
  whole: Change;
  decided: TaskEventOf<"hunks.decided">;
}

/** The newest revision, when it is a part that was accepted and its tests have been run since. */
function findVerified(events: readonly TaskEvent[], revision: number | null): Verified | null {
  const changes = events.flatMap((event) => (event.type === "change.proposed" ? [event.change] : []));
  const change = changes.findLast((one) => one.revision === revision);
  const whole = changes.findLast((one) => one.revision === change?.origin?.revision);
  const decided = events.findLast((event) => event.type === "hunks.decided");
  const measured = events.findLast((event) => event.type === "change.verified");
  if (!change || !whole || decided?.type !== "hunks.decided" || measured?.type !== "change.verified") return null;
  if (decided.follow !== "verify" || decided.revision !== whole.revision || measured.revision !== revision) return null;
  if (events.some((event) => event.type === "change.apply_failed" && event.revision === revision)) return null;
  return measured.tests.length === 0 ? null : { change: withVerification(change, measured), whole, decided };
}

/** Every suite passes, or fails no more tests than it did on the whole. */
function isAsGood(part: Change, whole: Change): boolean {
  const suite = ({ framework, argv }: Change["tests"][number]) => JSON.stringify([framework, argv]);
  const after = (change: Change) => change.tests.filter(({ phase }) => phase === "after");
  return after(part).every((test) => {
    const before = after(whole).findLast((other) => suite(other) === suite(test));
    return (
      test.exitCode === 0 || (before !== undefined && test.failed !== null && test.failed <= (before.failed ?? -1))
    );
  });
}

const maxPatchCharacters = 12_000;

function composeConflict(change: Change, conflicts: readonly ApplyConflict[], patch: string): string {
  const places = conflicts.map(({ path, reason, hunks = [] }) =>
    [`${path}: ${reason}`, ...hunks.map((hunk) => showHunk(hunk))].join("\n"),
  );
  const shown = patch.length > maxPatchCharacters ? `${patch.slice(0, maxPatchCharacters)}\n… (cut)` : patch;
  return [
    `Your change (revision ${change.revision}) no longer fits: others changed the same lines meanwhile. You now start from the files as they are now, without your change.`,
    ...places,
    `Your change was:\n${shown}`,
    "Make it again so that it fits what is there now, keeping what the others changed; then call finish.",
  ].join("\n\n");
}

function showHunk({ startLine, base, current, wanted }: NonNullable<ApplyConflict["hunks"]>[number]): string {
  const side = (name: string, lines: readonly string[]) => [`${name}:`, ...lines.map((line) => `  ${line}`)];
  return [
    `at line ${startLine}`,
    ...side("it was", base),
    ...side("it is now", current),
    ...side("you wanted", wanted),
  ].join("\n");
}

// A decision request and what was decided before → what is decided now, of which parts, and what follows. Pure.
import { type Decisions, partsOf } from "@outpost/core";
import {
  type Change,
  type ChangeFile,
  type DecideChangeRequest,
  type HeldDecision,
  type HunkVerdict,
  OutpostError,
} from "@outpost/protocol";

export interface DecisionPlan {
  /** Decided by this request. */
  now: Decisions;
  /** With what was decided before. */
  all: Decisions;
  /** Ids of hunks and paths of files without hunks. */
  undecided: string[];
  next: "hold" | "leave_to_client" | "apply_whole" | "apply_part" | "reject_whole" | "revise";
}

/** Throws `invalid_input` for a hunk or a file that the change does not have, and for edited lines of what is rejected. */
export function planDecision(change: Change, held: Decisions, request: DecideChangeRequest, by: string): DecisionPlan {
  const parts = partsOf(change);
  const now: Decisions = { hunks: {}, files: {} };
  for (const [path, verdict] of Object.entries(request.files ?? {})) {
    const file = change.files.find((one) => one.path === path);
    if (!file) throw unknown("file", path, change);
    decideFile(now, file, toHeld(verdict, by));
  }
  for (const [id, verdict] of Object.entries(request.hunks ?? {})) {
    if (!parts.hunks.includes(id)) throw unknown("hunk", id, change);
    now.hunks[id] = toHeld(verdict, by);
  }
  const { decision, reason } = request;
  if (decision) decideRest(now, held, parts, toHeld({ decision, ...(reason && { reason }) }, by));
  const all = { hunks: { ...held.hunks, ...now.hunks }, files: { ...held.files, ...now.files } };
  const undecided = [...parts.hunks.filter((id) => !all.hunks[id]), ...parts.files.filter((path) => !all.files[path])];
  return { now, all, undecided, next: undecided.length > 0 ? "hold" : nextOf(change, all, request) };
}

function nextOf(
  { applyTarget }: Change,
  all: Decisions,
  { follow, hunks, files, target }: DecideChangeRequest,
): DecisionPlan["next"] {
  if (follow === "hold") return "hold";
  const decided = [...Object.values(all.hunks), ...Object.values(all.files)];
  const accepted = decided.filter(({ decision }) => decision === "accept");
  const isWhole = accepted.length === decided.length && accepted.every(({ lines }) => lines === null);
  const isByPart = hunks !== undefined || files !== undefined;
  if (isWhole) return isByPart && (target ?? applyTarget) === "client" ? "leave_to_client" : "apply_whole";
  if (accepted.length < decided.length && (follow === "revise" || (follow === undefined && isByPart))) return "revise";
  return accepted.length === 0 ? "reject_whole" : "apply_part";
}

function decideFile(now: Decisions, file: ChangeFile, decision: HeldDecision): void {
  if (file.hunks.length === 0) now.files[file.path] = decision;
  for (const { id } of file.hunks) now.hunks[id] = decision;
}

/** What this request does not name, and nobody decided before. */
function decideRest(now: Decisions, held: Decisions, parts: ReturnType<typeof partsOf>, decision: HeldDecision): void {
  for (const id of parts.hunks) if (!held.hunks[id]) now.hunks[id] ??= decision;
  for (const path of parts.files) if (!held.files[path]) now.files[path] ??= decision;
}

function toHeld({ decision, reason, lines }: HunkVerdict, by: string): HeldDecision {
  if (decision === "reject" && lines)
    throw new OutpostError(
      "invalid_input",
      "a rejected hunk has edited lines; accept it with them, or leave them away",
    );
  return { decision, reason: reason ?? null, by, lines: lines ?? null };
}

function unknown(what: "hunk" | "file", name: string, { revision }: Change): OutpostError {
  const shown = JSON.stringify(name.slice(0, 200));
  return new OutpostError("invalid_input", `revision ${revision} has no ${what} ${shown}; look at the change again`, {
    details: { [what]: name.slice(0, 200), revision },
  });
}

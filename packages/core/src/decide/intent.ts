// What comes next in a run: the only things the worker can be asked to do.
import type {
  ApprovalId,
  ApprovalSubject,
  CallProtocol,
  Citation,
  NoticeKind,
  Plan,
  QueryExpansion,
  RunOutcome,
} from "@outpost/protocol";
import type { PlannedCall } from "../fold/state.ts";
import type { ChatRequest } from "../ports/chat-model.ts";
import type { Compaction } from "../prompt/compact-history.ts";
import type { ModelReview } from "../review/review-change.ts";

export type Intent =
  /** The task has no run yet (or a new one is due): import, choose a base and a model, append `run.started`. */
  | { type: "start_run"; attempt: number }
  /** A run that waited, or lost its worker, goes on from its last event. */
  | { type: "resume_run" }
  /** `expand`: the model is to be asked first which words the code would use that this is about; `expansion`: what it said. */
  | { type: "retrieve"; step: number; query: string; expand: string | null; expansion: QueryExpansion | null }
  | Compaction
  /** The loop says something to the model. */
  | { type: "give_notice"; kind: NoticeKind; text: string }
  | { type: "change_protocol"; protocol: CallProtocol; instructions: string; reason: string }
  /** The plan waits for a person. */
  | { type: "ask_plan"; plan: Plan }
  | { type: "call_model"; step: number; request: ChatRequest; delayMs: number }
  /** To be judged by the policy and, unless it says otherwise, run; with `approvalId` a person has allowed it, and it is run. */
  | { type: "call_tool"; step: number; call: PlannedCall; approvalId: ApprovalId | null }
  /** The policy wants a person to decide about the call. */
  | { type: "ask_approval"; call: PlannedCall; subject: ApprovalSubject }
  /** Not run, and the model is told why. */
  | { type: "refuse_call"; step: number; call: PlannedCall; text: string }
  /** A call was under way when its worker died: the model is told, nothing is run. */
  | { type: "report_interrupted"; call: PlannedCall }
  | { type: "ask_person"; step: number; call: PlannedCall; question: string; options: string[] }
  | { type: "checkpoint"; number: number }
  /** Compute the change; when there is none the run ends as `otherwise` says. */
  | { type: "propose"; summary: string; stop: Extract<RunOutcome, { type: "stopped" }> | null; review: ModelReview }
  /** Run the tests on a change that a person put together; no model takes part. Begins a run where none is under way. */
  | { type: "verify_change"; attempt: number; revision: number; summary: string; call: PlannedCall | null }
  | { type: "answer"; answer: string; citations: Citation[] }
  | { type: "end"; outcome: RunOutcome }
  /** Nothing to do for a worker: the task waits for a person or has ended. */
  | { type: "rest" };

// What is known of a task after some of its events. Everything here is computed by `fold`; nothing else writes it.
import type {
  ApprovalId,
  ApprovalKind,
  ApprovalSubject,
  CallProtocol,
  Citation,
  GitObjectId,
  ModelName,
  ModelProfile,
  NoticeKind,
  Plan,
  QueryExpansion,
  RunId,
  RunMemory,
  RunOutcome,
  RunTool,
  StopReason,
  TaskId,
  TaskSpec,
  TaskState,
  TestEvidence,
  TokenAccount,
  WorkState,
} from "@outpost/protocol";
import type { ModelReview } from "../review/review-change.ts";

/** A tool call as the loop handles it: the arguments are an object, the id is unique within the task. */
export interface PlannedCall {
  callId: string;
  name: string;
  arguments: Record<string, unknown>;
}

/** `isPassing`: it matters only until a call has worked again (a refused call and why, a word about an empty reply); then it is not shown. */
export type HistoryItem =
  /** `remark`: the person's own words, where the loop put more around them. */
  | { kind: "person"; seq: number; text: string; remark?: string }
  /** A word of the loop itself: a nudge after an empty reply, a warning about repetition. */
  | { kind: "notice"; seq: number; text: string; isPassing: boolean }
  | { kind: "assistant"; seq: number; content: string; calls: PlannedCall[]; isPassing: boolean }
  | { kind: "observation"; seq: number; callId: string; toolName: string; text: string; isPassing: boolean };

/** A word of the loop that is due, before it is given. */
export interface DueNotice {
  kind: NoticeKind;
  text: string;
}

/** A run that ends by name, before it has ended. */
export interface Stop {
  reason: StopReason;
  message: string;
}

/** What the guards against going astray remember; `fold/guards.ts` writes it. */
export interface GuardState {
  /** Of each call with its result: how often it came back the same. */
  repetitions: ReadonlyMap<string, number>;
  /** Calls with their results, the newest last. */
  latest: readonly string[];
  /** Of each tool with the first line of its failure: how often, since anything else came of it. */
  errors: ReadonlyMap<string, number>;
  /** Of each path: how many edits failed one after another. */
  failedEdits: ReadonlyMap<string, number>;
  /** Failed calls one after another. */
  failures: number;
  /** The step in which a file was touched last, or a person said something. */
  lastProgressStep: number;
  /** What was said already. */
  warned: ReadonlySet<NoticeKind>;
}

/** Replies one after another that nothing could be done with, by what was wrong with them. */
export type Troubles = Partial<Record<NoticeKind, number>>;

/** The call that is under way, or that waits for a person. */
export interface CurrentCall {
  call: PlannedCall;
  /** `asking`: the policy wants a person to decide; `approved`: a person did, and it is not run yet; `running`: what it did is not known yet. */
  stage: "asking" | "approved" | "running";
  interrupted: boolean;
  /** What is asked about, for `asking`; null for a question of the model. */
  subject: ApprovalSubject | null;
  /** The approval that allowed it. */
  approvalId: ApprovalId | null;
}

/** Where the run stands within a step. */
export type Phase =
  | { type: "retrieve" }
  | { type: "call_model"; packedHits: string }
  | { type: "calls"; pending: PlannedCall[]; current: CurrentCall | null }
  | { type: "ending"; ending: Ending }
  | { type: "ended" };

export type Ending =
  | { type: "finish"; summary: string; citations: Citation[]; review: ModelReview }
  | { type: "stop"; reason: StopReason; message: string }
  | { type: "fail"; code: string; message: string; retryable: boolean }
  | { type: "cancel" };

export interface RunState {
  runId: RunId;
  attempt: number;
  baseCommit: GitObjectId;
  model: ModelProfile;
  systemPrompt: string;
  /** Marks data in prompts; empty: nothing is marked. */
  dataMark: string;
  tools: RunTool[];
  /** What was known of the repository when the run began; null: nothing. */
  memory: RunMemory | null;
  /** What the model says that the code would be called; `isDue`: it was not asked yet. */
  expansion: { isDue: boolean; words: QueryExpansion | null };
  /** The last step that was started; 0 before the first. */
  step: number;
  phase: Phase;
  /** Milliseconds between events while a worker held the run. */
  activeMs: number;
  tokensUsed: number;
  account: TokenAccount | null;
  /** Tokens that the server counts for one of our estimate. */
  tokenFactor: number;
  modelFailures: number;
  /** Models that were given up since the last reply. */
  modelsGivenUp: ModelName[];
  protocol: CallProtocol;
  /** Behind the system prompt, where calls are not made natively. */
  protocolInstructions: string;
  protocolsTried: readonly CallProtocol[];
  /** Why calls are to be made another way from now on. */
  protocolDue: { protocol: CallProtocol; reason: string } | null;
  troubles: Troubles;
  /** A reply held only thinking: it is asked not to. */
  thinksTooLong: boolean;
  /** Calls one after another that were refused. */
  refusals: number;
  notices: readonly DueNotice[];
  guards: GuardState;
  /** The guards' verdict. */
  stop: Stop | null;
  /** Steps in which history was summarised. */
  summarisedAt: readonly number[];
  /** Workers that were lost one after another without anything coming of it. */
  losses: number;
}

export interface Fold {
  taskId: TaskId;
  spec: TaskSpec;
  state: TaskState;
  seq: number;
  lastAtMs: number;
  run: RunState | null;
  attempts: number;
  /** Runs that followed a failure by themselves, since a person last had a hand in it. */
  retries: number;
  /** By the runs before this one. */
  spent: { steps: number; tokens: number; activeMs: number };
  history: HistoryItem[];
  /** Messages that came while calls were under way; they join the history behind the last observation. */
  waitingMessages: HistoryItem[];
  foldedThroughSeq: number;
  /** Items up to `foldedThroughSeq` that are shown whole nevertheless. */
  keptSeqs: ReadonlySet<number>;
  /** Stands for the history up to `throughSeq`. */
  summary: { throughSeq: number; workState: WorkState } | null;
  plan: Plan | null;
  /** `drafting`: nothing may be changed before a plan is made; `proposed`: it waits for a person. */
  planStage: "none" | "drafting" | "proposed" | "approved";
  /** A person wrote the plan as it is now. */
  isPlanEdited: boolean;
  cancelRequested: boolean;
  /** Files were touched since the last checkpoint. */
  needsCheckpoint: boolean;
  checkpoint: { number: number; commit: GitObjectId } | null;
  /** A change was applied to the checkout, and no run has started from there yet: the next one needs a new base. */
  isBaseBehind: boolean;
  /** Of a change from outside: the commit that it is a change of, for a first run. */
  givenBase: GitObjectId | null;
  /** Files were touched since the base, by any run of the task. */
  filesTouched: Set<string>;
  /** The first untrusted text that the task has read; null: none. Never goes back to null. */
  taint: string | null;
  tests: TestEvidence[];
  /** How many tests had been run when the last file was touched. */
  testsBeforeLastEdit: number;
  revision: number;
  /** The tests are to be run on this revision, which a person put together; with the call that ran them before. */
  verification: { revision: number; summary: string; call: PlannedCall | null } | null;
  /** The last call that ran tests. */
  testCall: PlannedCall | null;
  /** What a person is asked and has not decided. */
  openApproval: { approvalId: ApprovalId; kind: ApprovalKind; callId: string | null } | null;
  outcome: RunOutcome | null;
}

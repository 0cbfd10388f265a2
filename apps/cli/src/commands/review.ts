// `outpost review`: a change part by part, at a terminal or from a script; and what follows the decision, until it is settled.
import {
  type ChangeFile,
  type ChangeView,
  type DecideChangeRequest,
  type DecideChangeResponse,
  OutpostError,
  type Task,
  type TaskId,
} from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { renderFileHead, renderOverview } from "../render/change.ts";
import { renderHunk } from "../render/hunk.ts";
import { count } from "../render/layout.ts";
import { renderOutcome } from "../render/outcome.ts";
import { askPerson, isSomebodyThere } from "./ask-person.ts";
import type { CommandContext } from "./context.ts";
import { decideChange, renderDecision } from "./decide.ts";
import { editLines } from "./edit-lines.ts";
import { findTaskId } from "./find-task.ts";
import { newLinesOf, type Part, type WalkPorts, walkHunks } from "./walk-hunks.ts";
import { follow, giveAdvice } from "./watch.ts";

export interface ReviewOptions {
  accept?: string[];
  reject?: string[];
  rest?: string;
  then?: string;
  retest?: boolean;
}

const settlePollMs = 300;
/** The server applies what was tested within a moment; after this it will not. */
const settlePolls = 50;

export async function reviewCommand(context: CommandContext, wanted: string, options: ReviewOptions): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const isScript = options.accept !== undefined || options.reject !== undefined || options.rest !== undefined;
  if (!isScript && (context.isJson || !isSomebodyThere()))
    throw new OutpostError(
      "invalid_input",
      "review asks at a terminal; in a script give --accept ID, --reject ID=reason or --rest accept",
    );
  const decided = isScript
    ? await decideByOptions(context, connection, taskId, options)
    : await reviewFromHere(context, connection, taskId);
  if (decided) context.emit(decided);
  giveAdvice(context, await connection.client.call("getTask", { params: { taskId } }));
}

/** What the tests and the notes say comes first. */
async function reviewFromHere(context: CommandContext, connection: Connection, taskId: TaskId) {
  context.say(renderOverview(await getNewestChange(connection, taskId), context.paint));
  return reviewTask(context, connection, taskId);
}

async function decideByOptions(
  context: CommandContext,
  connection: Connection,
  taskId: TaskId,
  options: ReviewOptions,
): Promise<DecideChangeResponse> {
  const change = await getNewestChange(connection, taskId);
  const decided = await decideChange(context, connection, taskId, change.revision, requestFrom(change, options));
  context.say(renderDecision(decided));
  return settle(context, connection, decided);
}

/** What is named is a hunk's id or a file's path; behind "=" stands the reason. */
function requestFrom(
  change: ChangeView,
  { accept = [], reject = [], rest, then, retest }: ReviewOptions,
): DecideChangeRequest {
  const hunks: NonNullable<DecideChangeRequest["hunks"]> = {};
  const files: NonNullable<DecideChangeRequest["files"]> = {};
  const add = (name: string, verdict: { decision: "accept" | "reject"; reason?: string }): void => {
    if (change.files.some(({ path }) => path === name)) files[name] = verdict;
    else hunks[name] = verdict;
  };
  for (const name of accept) add(name, { decision: "accept" });
  for (const text of reject) {
    const [name = "", ...reason] = text.split("=");
    add(name, { decision: "reject", ...(reason.length > 0 && { reason: reason.join("=") }) });
  }
  return {
    hunks,
    files,
    ...(rest !== undefined && { decision: oneOf("--rest", rest, ["accept", "reject"] as const) }),
    ...(then !== undefined && { follow: oneOf("--then", then, ["revise", "apply", "hold"] as const) }),
    ...(retest === false && { retest }),
  };
}

function oneOf<const Value extends string>(option: string, given: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === given);
  if (found) return found;
  throw new OutpostError("invalid_input", `${option} is "${given}"; give one of ${values.join(", ")}`);
}

/** Walks, decides, follows, and walks again through what comes back. Null: left for later. */
export async function reviewTask(
  context: CommandContext,
  connection: Connection,
  taskId: TaskId,
): Promise<DecideChangeResponse | null> {
  for (;;) {
    const change = await getNewestChange(connection, taskId);
    const body = await walkChange(context, change);
    if (body === null) return null;
    const decided = await decideChange(context, connection, taskId, change.revision, body);
    context.say(renderDecision(decided));
    if (decided.outcome !== "revising") return settle(context, connection, decided);
    const task = await followOn(context, connection, decided.task);
    if (task.outcome) context.say(`\n${renderOutcome(task.outcome, context.paint)}`);
    if (task.state !== "proposed" || task.revision === change.revision) return { ...decided, task };
  }
}

async function walkChange(context: CommandContext, change: ChangeView): Promise<DecideChangeRequest | null> {
  const { decisions = { hunks: {}, files: {} } } = change;
  const all = change.files.flatMap(partsOfFile);
  const open = all.filter(({ file, hunk }) => !(hunk ? decisions.hunks[hunk.id] : decisions.files[file.path]));
  if (open.length < all.length) context.note(`${count(all.length - open.length, "part")} decided before`);
  const walked = await walkHunks(open, terminalPorts(context));
  const { hunks, files } = walked;
  if (Object.keys({ ...hunks, ...files }).length === 0 && walked.wasQuit) return null;
  if (walked.wasQuit) return { hunks, files, follow: "hold" };
  const verdicts = [
    ...Object.values({ ...decisions.hunks, ...hunks }),
    ...Object.values({ ...decisions.files, ...files }),
  ];
  const rejected = verdicts.filter(({ decision }) => decision === "reject").length;
  if (rejected === 0) return { hunks, files, follow: "apply" };
  return { hunks, files, follow: await askWhatFollows(rejected, verdicts.length) };
}

async function askWhatFollows(rejected: number, total: number): Promise<"revise" | "apply" | "hold"> {
  const rest = rejected === total ? "[d]rop the change" : "[a]pply the accepted ones and drop the rest";
  for (;;) {
    const answer = await askPerson(
      `${count(rejected, "part")} of ${total} rejected: [s]end back to the model with the reasons, ${rest}, [l]ater?`,
    );
    if (answer === null || /^l/i.test(answer)) return "hold";
    if (/^s/i.test(answer)) return "revise";
    if (/^[ad]/i.test(answer)) return "apply";
  }
}

function partsOfFile(file: ChangeFile): Part[] {
  return file.hunks.length === 0 ? [{ file, hunk: null }] : file.hunks.map((hunk) => ({ file, hunk }));
}

function terminalPorts(context: CommandContext): WalkPorts {
  const { paint } = context;
  let shownPath = "";
  return {
    show({ file, hunk }, index, total) {
      const head = file.path === shownPath ? [] : ["", renderFileHead(file, paint)];
      shownPath = file.path;
      const lines = hunk ? renderHunk(hunk, file.language, paint) : [];
      context.say([...head, ...lines, paint("dim", `(${index + 1}/${total})`)].join("\n"));
    },
    say: context.say,
    ask: askPerson,
    async edit({ file, hunk }) {
      const edited = editLines(newLinesOf(hunk), file.path);
      if ("lines" in edited) return edited.lines;
      context.note(context.notePaint("yellow", edited.problem));
      return null;
    },
  };
}

function followOn(context: CommandContext, connection: Connection, task: Task): Promise<Task> {
  const ask = isSomebodyThere() && !context.isJson ? { ask: askPerson } : {};
  const following = { taskId: task.id, after: task.seq, print: context.note, paint: context.notePaint, ...ask };
  return follow(context, connection, following);
}

/** What is to be applied on this machine is; what is tested first is waited for. */
async function settle(
  context: CommandContext,
  connection: Connection,
  decided: DecideChangeResponse,
): Promise<DecideChangeResponse> {
  if (decided.outcome === "ready") return applyAccepted(context, connection, decided);
  return decided.outcome === "verifying" ? settleVerification(context, connection, decided) : decided;
}

async function applyAccepted(
  context: CommandContext,
  connection: Connection,
  { task: { id } }: DecideChangeResponse,
): Promise<DecideChangeResponse> {
  const applied = await decideChange(context, connection, id, "latest", { decision: "accept", target: "client" });
  context.say(renderDecision(applied));
  return applied;
}

/** The tests run on what was accepted; then it is applied, unless they are worse. */
async function settleVerification(
  context: CommandContext,
  connection: Connection,
  decided: DecideChangeResponse,
): Promise<DecideChangeResponse> {
  const task = await followOn(context, connection, decided.task);
  const change = await getNewestChange(connection, task.id);
  if (change.applyTarget === "client" && task.state === "proposed" && passes(change))
    return applyAccepted(context, connection, decided);
  const settled = change.applyTarget === "client" ? task : await waitForApply(connection, task);
  const isApplied = settled.state === "applied";
  const text = isApplied
    ? "applied what you accepted; the tests were run on exactly that"
    : `not applied: the tests on what you accepted are worse, or could not be run; look with: outpost diff ${task.id}`;
  context.say(context.paint(isApplied ? "green" : "yellow", text));
  return { ...decided, task: settled };
}

async function waitForApply({ client }: Connection, proposed: Task): Promise<Task> {
  let task = proposed;
  for (let poll = 0; task.state === "proposed" && poll < settlePolls; poll++) {
    await new Promise((resolve) => setTimeout(resolve, settlePollMs));
    task = await client.call("getTask", { params: { taskId: task.id } });
  }
  return task;
}

function passes({ tests, untested }: ChangeView): boolean {
  return !untested && tests.every(({ phase, exitCode }) => phase === "before" || exitCode === 0);
}

function getNewestChange({ client }: Connection, taskId: TaskId): Promise<ChangeView> {
  return client.call("getChange", { params: { taskId, revision: "latest" } });
}

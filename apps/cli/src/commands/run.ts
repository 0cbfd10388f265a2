// `outpost run` and `outpost ask`: register, index, submit, watch, show the diff, decide. What goes on is written to standard error,
// the answer or the change to standard output.
import { setTimeout as sleep } from "node:timers/promises";
import type { Change, DecideChangeResponse, Repository, Task, Workflow } from "@outpost/protocol";
import { isOutpostError } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { ensureRepository } from "../connection/repository.ts";
import { countUncommittedFiles } from "../connection/uncommitted-files.ts";
import { renderChange } from "../render/change.ts";
import { count, seconds } from "../render/layout.ts";
import { renderOutcome } from "../render/outcome.ts";
import { askPerson, isSomebodyThere } from "./ask-person.ts";
import type { CommandContext } from "./context.ts";
import { decideChange, renderDecision } from "./decide.ts";
import { bringUpToDate } from "./index-repository.ts";
import { reviewTask } from "./review.ts";
import { composeSubmission, type TaskOptions } from "./submission.ts";
import { readVerdict, verdictQuestion } from "./verdict.ts";
import { exitCodeOf, follow, giveAdvice } from "./watch.ts";

interface RunOptions extends TaskOptions {
  index?: boolean;
  detach?: boolean;
  yes?: boolean;
}

const automaticTimeoutMs = 30_000;
const automaticPollMs = 200;

export async function runCommand(
  context: CommandContext,
  words: string[],
  options: RunOptions,
  workflow: Workflow,
): Promise<void> {
  const body = composeSubmission(words.join(" ").trim(), workflow, options);
  const connection = await context.connect("always");
  const repository = await ensureRepository(connection, options.repo);
  if (options.index !== false) await index(context, connection, repository);
  if (connection.isLocal && !options.dirty && workflow === "edit") await warnOfUncommitted(context, repository);
  // Who looks on wants to know at once what is wrong.
  const retries = options.detach ? {} : { retries: 0 };
  const submitted = await connection.client.call("submitTask", {
    body: { ...body, ...retries, repositoryId: repository.id },
    signal: context.signal,
  });
  if (options.detach) {
    context.tell(submitted, (task) => `${task.id}\nfollow it with: outpost watch ${task.id}`);
    return;
  }
  context.note(context.notePaint("dim", `task ${submitted.id}; Ctrl-C cancels it`));
  const task = await followOrCancel(context, connection, submitted);
  await showEnd(context, connection, task, options);
}

async function index(context: CommandContext, connection: Connection, repository: Repository): Promise<void> {
  const startedMs = Date.now();
  const status = await bringUpToDate(connection, repository, false, context);
  context.note(
    context.notePaint(
      "dim",
      `${repository.name}: index up to date, ${count(status.files, "file")}, ${count(status.chunks, "chunk")} (${seconds(Date.now() - startedMs)})`,
    ),
  );
}

async function warnOfUncommitted(context: CommandContext, { source }: Repository): Promise<void> {
  const files = source.type === "path" ? await countUncommittedFiles(source.path) : null;
  if (files)
    context.note(
      context.notePaint(
        "yellow",
        `starts without your ${count(files, "uncommitted file")}; --dirty takes ${files === 1 ? "it" : "them"} in`,
      ),
    );
}

/** Ctrl-C cancels the task, so that nothing goes on that nobody watches. */
async function followOrCancel(context: CommandContext, connection: Connection, task: Task): Promise<Task> {
  const following = { taskId: task.id, print: context.note, paint: context.notePaint };
  try {
    return await follow(context, connection, {
      ...following,
      ...(isSomebodyThere() && !context.isJson ? { ask: askPerson } : {}),
    });
  } catch (error) {
    if (!context.signal.aborted) throw error;
    const params = { taskId: task.id };
    await connection.client.call("cancelTask", { params }).catch((reason) => {
      // It has ended meanwhile.
      if (!(isOutpostError(reason) && reason.code === "conflict")) throw reason;
    });
    context.note(`cancelled ${task.id}`);
    context.emit({ task: await connection.client.call("getTask", { params }), change: null, decision: null });
    throw error;
  }
}

async function showEnd(
  context: CommandContext,
  connection: Connection,
  ended: Task,
  options: RunOptions,
): Promise<void> {
  const task = options.auto ? await waitForAutomatic(context, connection, ended) : ended;
  process.exitCode = exitCodeOf(task);
  if (task.outcome) {
    context.note("");
    context.say(renderOutcome(task.outcome, context.paint));
  }
  const isOpen = task.revision !== null && (task.state === "proposed" || task.state === "stopped");
  const change = isOpen ? await getNewestChange(connection, task) : null;
  if (change) context.say(`\n${renderChange(change, context.paint)}`);
  const decision = change ? await decide(context, connection, task, change, options) : null;
  context.emit({ task: decision?.task ?? task, change, decision });
  giveAdvice(context, decision?.task ?? task);
}

function getNewestChange({ client }: Connection, { id }: Task): Promise<Change> {
  return client.call("getChange", { params: { taskId: id, revision: "latest" } });
}

/** The server accepts what its tests speak for a moment after the run has ended. Otherwise says why a person has to. */
async function waitForAutomatic(context: CommandContext, { client }: Connection, task: Task): Promise<Task> {
  if (task.state !== "proposed") return task;
  const params = { taskId: task.id };
  const { notAutomatic = null } = await client.call("getChange", { params: { ...params, revision: "latest" } });
  if (notAutomatic !== null) {
    context.note(`not accepted by itself: ${notAutomatic}`);
    return task;
  }
  for (const deadline = Date.now() + automaticTimeoutMs; Date.now() < deadline; ) {
    const now = await client.call("getTask", { params, signal: context.signal });
    if (now.state === "applied") context.note("accepted by itself: its tests passed before and after");
    if (now.state !== "proposed") return now;
    await sleep(automaticPollMs, undefined, { signal: context.signal });
  }
  return task;
}

/** Null: left for later. */
async function decide(
  context: CommandContext,
  connection: Connection,
  task: Task,
  change: Change,
  options: RunOptions,
): Promise<DecideChangeResponse | null> {
  if (options.dryRun) return null;
  const verdict = options.yes ? "accept" : await askForDecision(context, change);
  if (verdict === null) return null;
  if (verdict === "review") return reviewTask(context, connection, task.id);
  const decided = await decideChange(context, connection, task.id, change.revision, {
    decision: verdict,
    ...(options.yes ? { unattended: true } : {}),
  });
  context.say(renderDecision(decided));
  return decided;
}

export async function askForDecision(
  context: CommandContext,
  change: Change,
): Promise<"accept" | "reject" | "review" | null> {
  if (context.isJson || !isSomebodyThere()) return null;
  const parts = change.files.reduce((sum, { hunks }) => sum + Math.max(1, hunks.length), 0);
  const { question, help } = verdictQuestion(parts);
  for (;;) {
    const verdict = readVerdict(await askPerson(question));
    if (verdict === "later") return null;
    if (verdict !== undefined) return verdict;
    context.note(help);
  }
}

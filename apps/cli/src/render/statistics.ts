// What the work of a time came to, for reading in a terminal.
import { type StatisticsReply, tokensPerSecond } from "@outpost/protocol";
import { count, day, megabytes, renderFields, seconds } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";

const dayMs = 86_400_000;
const shown = 5;
type Work = StatisticsReply["work"];

export function renderStatistics(reply: StatisticsReply, paint: Paint): string {
  const { fromMs, toMs, tasksByState, work, index } = reply;
  const days = (toMs - fromMs) / dayMs;
  const states = Object.entries(tasksByState).map(([state, number]) => `${number} ${state}`);
  const rows: [string, string][] = [
    ["tasks", `${work.tasksCreated} came in; now ${states.length === 0 ? "none" : states.join(", ")}`],
    ["runs", describeRuns(work)],
    ["queue wait", spread(work.queueWaitMs, time)],
    ["run time", spread(work.runTimeMs, time)],
    ["steps", spread(work.stepsPerRun, String)],
    [
      "retries",
      `${work.retries} of ${count(work.tasksRetried, "task")}; ${work.takeovers} taken over from workers that died`,
    ],
    ["time went to", describeStages(work)],
    ["tests", `${count(work.tests.runs, "run")}: ${work.tests.green} green, ${work.tests.red} red`],
    ["changes", describeChanges(work)],
    ["index", `${count(index.files, "file")}, ${count(index.chunks, "chunk")}, ${(index.bytes / 1e6).toFixed(1)} MB`],
    ["search", describeHits(work)],
    ...describeDatabase(reply),
    ...work.models.map((model): [string, string] => ["model", describeModel(model)]),
    ...work.toolCalls
      .slice(0, 2 * shown)
      .map((call): [string, string] => ["tool", `${printable(call.tool)} ${call.verdict}: ${call.count}`]),
    ...work.failures
      .slice(0, shown)
      .map(({ kind, name, count: times }): [string, string] => [
        "failure",
        `${kind.replace("_", " ")} ${printable(name)}: ${times}`,
      ]),
  ];
  const head = paint("bold", `the last ${days === 1 ? "day" : `${Number(days.toFixed(2))} days`}`);
  let before = "";
  const fields = rows.map(([name, value]): [string, string] => {
    const label = name === before ? "" : name;
    before = name;
    return [label, value];
  });
  return [head, ...describeIncomplete(reply), ...renderFields(fields, paint.columns)].join("\n");
}

function describeDatabase({ database }: StatisticsReply): [string, string][] {
  if (database === undefined) return [];
  const { bytes, oldestEventMs } = database;
  const oldest = oldestEventMs === null ? "no events" : `events since ${day(oldestEventMs)}`;
  return [["tasks.db", `${megabytes(bytes)}, ${oldest}; more by: outpost retention`]];
}

function describeIncomplete({ incompleteBeforeMs }: StatisticsReply): string[] {
  if (incompleteBeforeMs === undefined || incompleteBeforeMs === null) return [];
  return [`  events up to ${day(incompleteBeforeMs)} were removed with their tasks: the numbers are of what is left`];
}

function describeRuns({ runsStarted, runsEnded }: Work): string {
  const ended = Object.entries(runsEnded).map(([outcome, number]) => `${number} ${outcome}`);
  return `${runsStarted} begun${ended.length === 0 ? "" : `; ${ended.join(", ")}`}`;
}

function describeStages({ stages }: Work): string {
  const parts: [string, number][] = [
    ["model", stages.model],
    ["commands", stages.commands],
    ["of them tests", stages.tests],
    ["reading and editing", stages.tools],
    ["waiting for a person", stages.person],
  ];
  return parts.map(([name, ms]) => `${name} ${time(ms)}`).join(", ");
}

function describeChanges({ git }: Work): string {
  const applied = Object.values(git.applied).reduce((sum, number) => sum + number, 0);
  return `${git.changes} proposed (+${git.addedLines} −${git.removedLines}), ${applied} applied, ${git.rejected} rejected, ${git.reverted} reverted`;
}

function describeHits({ hits }: Work): string {
  if (hits.shown === 0) return "nothing was shown";
  return `${count(hits.shown, "file")} shown, ${hits.used} used (${Math.round((hits.used * 100) / hits.shown)} %)`;
}

function describeModel(model: Work["models"][number]): string {
  const speed = tokensPerSecond(model);
  const name = model.provider === "" ? model.name : `${model.provider}/${model.name}`;
  const failed = Object.values(model.failures).reduce((sum, number) => sum + number, 0);
  return [
    `${printable(name)}: ${count(model.calls, "call")}, ${model.promptTokens} + ${model.outputTokens} tokens`,
    ...(speed === null ? [] : [`${speed.toFixed(1)} a second`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ].join(", ");
}

function spread({ count: number, median, p95, max }: Work["runTimeMs"], show: (value: number) => string): string {
  if (number === 0) return "none";
  return `median ${show(median ?? 0)}, 95 of 100 within ${show(p95 ?? 0)}, longest ${show(max)}`;
}

function time(ms: number): string {
  return ms < 3_600_000 ? seconds(ms) : `${(ms / 3_600_000).toFixed(1)} h`;
}

// The queue, for reading: what is held back, and each task in its turn with what it waits for.
import type { QueuePause, QueueView, Repository, Schedule, Task } from "@outpost/protocol";
import { age, clip, count, fitLine, oneLine, wrap } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";
import { type Column, renderTable } from "./table.ts";

export interface QueueNames {
  repositories: readonly Repository[];
  nowMs: number;
}

export function renderQueue(view: QueueView, names: QueueNames, paint: Paint): string {
  const pauses = view.pauses.map((pause) => paint("yellow", wrap(renderPause(pause, names), paint.columns)));
  const more = view.total - view.items.length;
  const end = more > 0 ? [paint("dim", `and ${count(more, "task")} more: --limit 200`)] : [];
  if (view.items.length === 0)
    return [...pauses, 'nothing is queued; add something with: outpost queue add "…"'].join("\n");
  return [...pauses, ...renderRows(view.items, names, paint), ...end].join("\n");
}

export function renderPause({ repositoryId, kind, by, reason, atMs }: QueuePause, names: QueueNames): string {
  const what = repositoryId === null ? "the queue" : `"${nameOf(repositoryId, names)}"`;
  const why = kind === "review" ? "for the review" : `by ${printable(by)}`;
  const words = reason === null ? "" : `: ${printable(reason)}`;
  const option = repositoryId === null ? "" : ` --repo ${nameOf(repositoryId, names)}`;
  return `${what} is paused ${why}, ${age(atMs, names.nowMs)}${words}; go on with: outpost queue resume${option}`;
}

const nameOf = (id: string, { repositories }: QueueNames): string =>
  printable(repositories.find((repository) => repository.id === id)?.name ?? "(forgotten)");

function renderRows(items: readonly Task[], names: QueueNames, paint: Paint): string[] {
  let turn = 0;
  const turns = items.map((task) => {
    if (task.state !== "queued" || isPutOff(task, names.nowMs)) return "";
    turn += 1;
    return String(turn);
  });
  const rows = items.map((task, index) => [
    turns[index] ?? "",
    paintState(task, paint),
    task.id,
    `p${task.priority}`,
    nameOf(task.spec.repositoryId, names),
    oneLine(printable(task.spec.instruction)),
  ]);
  const indent = turn === 0 ? "  " : " ".repeat(String(turn).length + 2);
  return renderTable(columns, rows, paint.columns).flatMap((line, index) => {
    const waiting = describeWaiting(items[index] as Task, names.nowMs);
    return waiting === null ? [line] : [line, `${indent}${paint("dim", clip(waiting, paint.columns - indent.length))}`];
  });
}

const columns: Column[] = [{ align: "right" }, { worth: 3 }, {}, { worth: 1 }, { worth: 2 }, { least: 20 }];

function paintState({ state, reason }: Task, paint: Paint): string {
  if (state === "running") return paint("green", state);
  if (state === "waiting") return paint("cyan", state);
  return state === "paused" || reason?.startsWith("waits for a person") ? paint("yellow", state) : state;
}

const isPutOff = (task: Task, nowMs: number): boolean => (task.notBeforeMs ?? 0) > nowMs;

/** Null: it waits for its turn only. */
export function describeWaiting(task: Task, nowMs: number): string | null {
  const reason = task.reason === null ? null : oneLine(printable(task.reason));
  if (task.state === "waiting") return "waits for you: outpost approvals";
  if (!isPutOff(task, nowMs)) return reason;
  const start = `not before ${clockTime(task.notBeforeMs ?? 0, nowMs)}`;
  return reason === null ? start : `${start}; ${reason}`;
}

/** "15:04:05 (in 25 s)", with the date where it is not today. */
export function clockTime(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const two = (number: number): string => String(number).padStart(2, "0");
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const isToday = at.toDateString() === new Date(nowMs).toDateString();
  const date = isToday ? "" : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} `;
  return `${date}${time} (${ahead(atMs - nowMs)})`;
}

function ahead(inMs: number): string {
  const passed = age(0, Math.max(0, inMs));
  return passed === "just now" ? "now" : `in ${passed.replace(" ago", "")}`;
}

export function renderSchedules(items: readonly Schedule[], names: QueueNames, paint: Paint): string {
  if (items.length === 0)
    return 'there are no schedules; make one with: outpost queue add "…" --cron "0 3 * * 1-5" (or --every 1d)';
  const heads = renderTable(
    [{ least: 12 }, {}],
    items.map(({ name, id }) => [paint("bold", printable(name)), paint("dim", id)]),
    paint.columns,
  );
  return items
    .flatMap((schedule, index) => {
      const { repositoryId, instruction } = schedule.spec;
      const what = `${nameOf(repositoryId, names)}: ${oneLine(printable(instruction))}`;
      return [
        heads[index],
        fitLine(`  ${describeTimes(schedule, names.nowMs, paint)}`, paint.columns),
        `  ${clip(what, paint.columns - 2)}`,
      ];
    })
    .join("\n");
}

function describeTimes(schedule: Schedule, nowMs: number, paint: Paint): string {
  const { cron, everyMs, timeZone, isPaused, nextAtMs, fired, skipped } = schedule;
  const when = cron === undefined ? `every ${(everyMs ?? 0) / 60_000} min` : `${cron} (${timeZone})`;
  const next = nextAtMs === null ? "will not come again" : `next ${clockTime(nextAtMs, nowMs)}`;
  const counts = `${count(fired, "task")} made${skipped > 0 ? `, ${skipped} left out` : ""}`;
  return `${isPaused ? paint("yellow", "paused") : next}; ${when}; ${counts}`;
}

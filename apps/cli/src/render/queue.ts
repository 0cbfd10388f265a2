// The queue, for reading: what is held back, and each task in its turn with what it waits for.
import type { QueuePause, QueueView, Repository, Schedule, Task } from "@outpost/protocol";
import { age, clip, count, oneLine } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";

export interface QueueNames {
  repositories: readonly Repository[];
  nowMs: number;
}

export function renderQueue(view: QueueView, names: QueueNames, paint: Paint): string {
  const pauses = view.pauses.map((pause) => paint("yellow", renderPause(pause, names)));
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
  const rows = items.map((task) => {
    const isNext = task.state === "queued" && !isPutOff(task, names.nowMs);
    if (isNext) turn += 1;
    return { task, turn: isNext ? String(turn) : "", name: nameOf(task.spec.repositoryId, names) };
  });
  const turnWidth = Math.max(...rows.map((row) => row.turn.length));
  const nameWidth = Math.max(...rows.map((row) => row.name.length));
  return rows.map(({ task, turn: number, name }) => {
    const head = [
      number.padStart(turnWidth),
      task.state.padEnd(9),
      task.id,
      `p${task.priority}`,
      name.padEnd(nameWidth),
    ];
    const width = head.join("  ").length + 2;
    const waiting = describeWaiting(task, names.nowMs);
    const room = Math.max(20, paint.columns - width);
    const instruction = clip(oneLine(printable(task.spec.instruction)), room);
    const [turnText = "", state = "", ...rest] = head;
    const line = [turnText, paintState(task, state, paint), ...rest, instruction].join("  ");
    const indent = " ".repeat(turnWidth + 2);
    return waiting === null ? line : `${line}\n${indent}${paint("dim", clip(waiting, paint.columns - indent.length))}`;
  });
}

function paintState({ state, reason }: Task, text: string, paint: Paint): string {
  if (state === "running") return paint("green", text);
  if (state === "waiting") return paint("cyan", text);
  return state === "paused" || reason?.startsWith("waits for a person") ? paint("yellow", text) : text;
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
  return items
    .map((schedule) => {
      const { name, spec, cron, everyMs, timeZone, isPaused, nextAtMs, fired, skipped } = schedule;
      const when = cron === undefined ? `every ${(everyMs ?? 0) / 60_000} min` : `${cron} (${timeZone})`;
      const next = nextAtMs === null ? "will not come again" : `next ${clockTime(nextAtMs, names.nowMs)}`;
      const state = isPaused ? paint("yellow", "paused") : next;
      const counts = `${count(fired, "task")} made${skipped > 0 ? `, ${skipped} left out` : ""}`;
      const head = `${paint("bold", printable(name))}  ${when}  ${state}  ${paint("dim", `${counts}  ${schedule.id}`)}`;
      const what = `${nameOf(spec.repositoryId, names)}: ${oneLine(printable(spec.instruction))}`;
      return `${head}\n  ${clip(what, paint.columns - 2)}`;
    })
    .join("\n");
}

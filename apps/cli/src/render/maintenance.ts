// Backups and what looking at a data directory found, for reading.
import type { Backup, BackupList, Salvage, Verification, VerifiedPart } from "@outpost/protocol";
import { age, count, fitLine, hang, megabytes, wrap } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";
import { renderTable } from "./table.ts";

const shownTasks = 10;

export function renderBackup(backup: Backup, { columns }: Paint): string {
  const secrets = backup.withSecrets
    ? "with the local token and the key of secret marks: keep it as you keep a password"
    : "without the local token and the key of secret marks; tokens of others only as digests";
  return [
    `backed up to ${printable(backup.path)}`,
    `  ${describe(backup)}`,
    `  ${secrets}`,
    `  to look at it: outpost verify ${printable(backup.path)}`,
  ]
    .map((line) => fitLine(line, columns))
    .join("\n");
}

export function renderSalvage(
  { backup, unplacedFile, tasks, events, repositories, ...salvage }: Salvage,
  { columns }: Paint,
): string {
  const parts: [number, string][] = [
    [tasks.whole, "whole"],
    [tasks.cut, "cut where events are missing"],
    [tasks.begunAgain, "of which only what was asked for is left"],
    [tasks.lost, "lost"],
  ];
  const said = parts.flatMap(([number, what]) => (number > 0 ? [`${number.toLocaleString("en")} ${what}`] : []));
  const unplaced =
    unplacedFile === null
      ? []
      : [`  what was read and has no place in it (${count(events.unplaced, "event")}): ${printable(unplacedFile)}`];
  const lostRepositories =
    repositories.lost === 0
      ? []
      : [`  ${count(repositories.lost, "repository")} without a record: register the source again`];
  const { brokenTasks, problems } = salvage;
  const more = brokenTasks.length > shownTasks ? ", …" : "";
  const broken = brokenTasks.length === 0 ? [] : [`  not whole: ${brokenTasks.slice(0, shownTasks).join(", ")}${more}`];
  return [
    `salvaged to ${printable(backup.path)}`,
    `  tasks: ${said.length === 0 ? "none" : said.join(", ")}`,
    `  events: ${events.placed.toLocaleString("en")} brought over, ${events.lost.toLocaleString("en")} lost`,
    ...unplaced,
    ...lostRepositories,
    ...broken,
    ...problems.slice(0, shownTasks).map((problem) => `    ${printable(problem)}`),
    `  what would have gone on from half a log is paused; outpost queue resume TASK lets it go on`,
    `  to use it: move the data directory away, then outpost restore ${printable(backup.path)}`,
  ]
    .map((line) => fitLine(line, columns))
    .join("\n");
}

/** A path stays whole: it is what `outpost restore` wants. */
export function renderBackups({ items }: BackupList, paint: Paint, nowMs: number): string {
  if (items.length === 0) return "no backups yet; make one with: outpost backup";
  const rows = items.map((backup) => [age(backup.createdAtMs, nowMs), printable(backup.path), describe(backup)]);
  return renderTable([{ worth: 2 }, {}, { worth: 1 }], rows, paint.columns).join("\n");
}

export function renderRestored(backup: Backup, { columns }: Paint, nowMs: number): string {
  const made = backup.withSecrets ? [] : ["  the next start makes a new local token; the tokens of others still hold"];
  return [
    `restored ${printable(backup.path)}, as it was ${age(backup.createdAtMs, nowMs)}`,
    `  ${describe(backup)}`,
    ...made,
    "  the index is not in a backup: outpost index rebuilds it, and so does the next task",
  ]
    .map((line) => fitLine(line, columns))
    .join("\n");
}

function describe({ tasks, events, files, bytes }: Backup): string {
  return `${count(tasks, "task")}, ${count(events, "event")}; ${count(files, "file")}, ${megabytes(bytes)}`;
}

export function renderVerification(verification: Verification, paint: Paint): string {
  const { parts, ok, brokenTasks, kind, path } = verification;
  const width = Math.max(...parts.map(({ name }) => name.length));
  const lines = parts.flatMap((part) => [
    `${sign(part, paint)} ${part.name.padEnd(width)}  ${hang(printable(part.detail), width + 4, paint.columns)}`,
    ...part.problems.map((problem) => " ".repeat(width + 4) + hang(printable(problem), width + 4, paint.columns)),
  ]);
  const what = `the ${kind === "backup" ? "backup" : "data directory"} "${printable(path)}"`;
  const broken =
    brokenTasks.length === 0
      ? []
      : [`not whole: ${brokenTasks.slice(0, shownTasks).join(", ")}${brokenTasks.length > shownTasks ? ", …" : ""}`];
  const salvage = kind === "data" ? "; outpost salvage FOLDER makes a backup of what can be read" : "";
  const end = ok
    ? paint("green", `${what} is sound`)
    : paint("red", `${what} is damaged; it was left as it is${salvage}`);
  return [...lines, ...[...broken, end].map((line) => wrap(line, paint.columns))].join("\n");
}

function sign({ state }: VerifiedPart, paint: Paint): string {
  if (state === "sound") return paint("green", "✓");
  return state === "damaged" ? paint("red", "✗") : paint("yellow", "–");
}

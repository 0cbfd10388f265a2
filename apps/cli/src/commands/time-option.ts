// Times and durations as people write them on a command line. Knows no clock: now comes in. Local time of this machine.
import { OutpostError } from "@outpost/protocol";

const unitMs: Record<string, number> = { s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** "90s", "15m", "1h30m", "2d". Throws `invalid_input`. */
export function parseDuration(name: string, text: string): number {
  const parts = [...text.matchAll(/(\d{1,6})\s*(min|[smhdw])/g)];
  const isWhole =
    parts
      .map(([part]) => part)
      .join("")
      .replaceAll(/\s/g, "") === text.replaceAll(/\s/g, "");
  const totalMs = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (unitMs[unit ?? ""] ?? 0), 0);
  if (parts.length > 0 && isWhole && totalMs > 0) return totalMs;
  throw new OutpostError("invalid_input", `${name} is "${text}"; give a duration like 15m, 1h30m or 2d`);
}

/** "2026-12-01T03:00", "2026-12-01 03:00", "03:00" (the next time the clock shows it), "+2h". In epoch milliseconds. */
export function parseTime(name: string, text: string, nowMs: number): number {
  const given = text.trim();
  if (given.startsWith("+")) return nowMs + parseDuration(name, given.slice(1));
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(given);
  if (clock) return nextClockTime(Number(clock[1]), Number(clock[2]), nowMs);
  const isDate = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?$/.test(given);
  // A date alone would be read as UTC; people mean their own midnight.
  const atMs = isDate ? Date.parse(given.length === 10 ? `${given}T00:00` : given.replace(" ", "T")) : Number.NaN;
  if (Number.isFinite(atMs)) return atMs;
  throw new OutpostError("invalid_input", `${name} is "${text}"; give a time like 03:00, +2h or 2026-12-01T03:00`);
}

function nextClockTime(hours: number, minutes: number, nowMs: number): number {
  const at = new Date(nowMs);
  at.setHours(hours, minutes, 0, 0);
  if (at.getTime() <= nowMs) at.setDate(at.getDate() + 1);
  return at.getTime();
}

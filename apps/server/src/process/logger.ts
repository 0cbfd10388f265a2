// Logs for operators: JSON lines on standard error, one event each. The event log in tasks.db is the truth.
import { type Logger, pino } from "pino";

export function createLogger(level: string, fields: Record<string, unknown> = {}): Logger {
  return pino(
    { level, base: { pid: process.pid, ...fields }, redact: ["*.authorization", "*.token"] },
    pino.destination({ fd: 2, sync: true }),
  );
}

// Logs for operators: JSON lines on standard error, one event each. The event log in tasks.db is the truth.
import { type Logger, pino } from "pino";

/** `redact`: of a whole line, right before it is written. */
export function createLogger(
  level: string,
  fields: Record<string, unknown> = {},
  redact: (line: string) => string = (line) => line,
): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid, ...fields },
      redact: ["*.authorization", "*.token"],
      hooks: { streamWrite: redact },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

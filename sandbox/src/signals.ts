// Which signal a status of 128 and more stands for, where a wrapper passes on how a program ended.
import { constants } from "node:os";

// only signals that end a program by force: git and others use 129 and 130 as plain statuses
const reported = [
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGSEGV",
  "SIGPIPE",
  "SIGTERM",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGSYS",
] as const;

export function signalOfStatus(code: number): string | null {
  return reported.find((name) => constants.signals[name] + 128 === code) ?? null;
}

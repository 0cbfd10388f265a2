// How a command that failed says so: a line for people on standard error, or with --json `{"error": …}` as the last line of standard
// output. Decides the exit code.
import { type ErrorCode, errorMappings, isOutpostError } from "@outpost/protocol";
import { CommanderError } from "commander";
import { wrap } from "./render/layout.ts";
import { createPaint, printable } from "./render/paint.ts";

export const interruptedExitCode = 130;

interface Surroundings {
  /** What the argument parser had to say. */
  complaint: string;
  isJson: boolean;
  isInterrupted: boolean;
  /** The command that was meant, such as "outpost queue add". */
  command: string;
}

interface Failure {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  details: Record<string, unknown>;
}

export function reportFailure(error: unknown, { complaint, isJson, isInterrupted, command }: Surroundings): number {
  if (isInterrupted) return interruptedExitCode;
  const failure = describeFailure(error, complaint);
  if (isJson) process.stdout.write(`${JSON.stringify({ error: failure })}\n`);
  else process.stderr.write(`${forPeople(failure, error, command)}\n`);
  return errorMappings[failure.code].exitCode;
}

function forPeople({ message }: Failure, error: unknown, command: string): string {
  // A group of commands without one: its help is the complaint.
  if (isMissingCommand(error)) return message;
  const paint = createPaint(process.stderr);
  const [name = "", ...rest] = wrap(`outpost: ${message}`, paint.columns).split(" ");
  const advice = error instanceof CommanderError ? `\nSee: ${command} --help` : "";
  return [paint("red", name), ...rest].join(" ") + advice;
}

function isMissingCommand(error: unknown): boolean {
  return error instanceof CommanderError && error.code === "commander.help";
}

function describeFailure(error: unknown, complaint: string): Failure {
  if (error instanceof CommanderError)
    return {
      code: "invalid_input",
      retryable: false,
      details: {},
      message: complaint.trim().replace(/^error: /, ""),
    };
  if (isOutpostError(error)) {
    const { code, retryable, details } = error;
    return { code, retryable, details, message: printable(error.message) + adviceFor(code, error.message) };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "internal", retryable: false, details: {}, message: `this is a bug of Outpost: ${message}` };
}

/** The way out, where the server cannot know it. */
function adviceFor(code: ErrorCode, message: string): string {
  if (code !== "unauthorized" || message.includes("OUTPOST_TOKEN")) return "";
  return '; give another with OUTPOST_TOKEN (a server\'s own is in the file "token" of its data directory)';
}

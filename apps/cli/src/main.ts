// `outpost`: arguments → client → text. Knows nothing of how a server works; ends with the exit code of the error table.
import { CommanderError } from "commander";
import { findCommand } from "./program/find-command.ts";
import { createProgram } from "./program.ts";
import { interruptedExitCode, reportFailure } from "./report-failure.ts";

const argv = process.argv.slice(2);
const abort = new AbortController();

process.on("SIGINT", () => {
  // The second time a person means it.
  if (abort.signal.aborted) process.exit(interruptedExitCode);
  abort.abort(new Error("interrupted"));
});
// A reader that goes away (| head) is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 70));

const isJson = argv.includes("--json");
// A complaint is kept until it is known how to show it; help comes out at once.
let complaint = "";
const program = createProgram(abort.signal, {
  writeErr: (text) => {
    complaint += text;
  },
});
try {
  if (argv.length === 0) program.outputHelp();
  else await program.parseAsync(argv, { from: "user" });
} catch (error) {
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  const surroundings = { complaint, isJson, isInterrupted: abort.signal.aborted, command: findCommand(program, argv) };
  if (!isHelp) process.exitCode = reportFailure(error, surroundings);
}

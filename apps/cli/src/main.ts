// `outpost`: arguments → client → text. Knows nothing of how a server works; ends with the exit code of the error table.
import { errorMappings, isOutpostError } from "@outpost/protocol";
import { createProgram } from "./program.ts";
import { printable } from "./render/paint.ts";

const abort = new AbortController();
let interrupts = 0;
process.on("SIGINT", () => {
  interrupts += 1;
  abort.abort(new Error("interrupted"));
  if (interrupts > 1) process.exit(130);
});
// A reader that goes away (| head) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 70));

try {
  await createProgram(abort.signal).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (abort.signal.aborted) return 130;
  if (isOutpostError(error)) {
    const isJson = process.argv.includes("--json");
    const body = {
      error: { code: error.code, message: error.message, retryable: error.retryable, details: error.details },
    };
    process.stderr.write(isJson ? `${JSON.stringify(body)}\n` : `outpost: ${printable(error.message)}\n`);
    return errorMappings[error.code].exitCode;
  }
  process.stderr.write(`outpost: ${(error as Error).stack}\n`);
  return errorMappings.internal.exitCode;
}

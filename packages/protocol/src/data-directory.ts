// What is said of a data directory that cannot be used, by whoever meets it first: the command line or the server.
import { OutpostError } from "./errors.ts";

/** `cause`: what the system said. */
export function unusableDataDirectory(dataDirectory: string, cause: unknown): OutpostError {
  const code = (cause as { code?: unknown } | null)?.code;
  const [problem, wayOut] =
    code === "ENOSPC" || code === "EDQUOT"
      ? ["its disk is full", "free some space, or choose another"]
      : code === "EEXIST" || code === "ENOTDIR"
        ? ["it, or what it lies in, is no directory", "choose another"]
        : ["the system refuses it", "choose another, or mend its owner and modes"];
  const text = `the data directory "${dataDirectory}" cannot be used: ${problem} (${code}); ${wayOut}`;
  return new OutpostError("invalid_input", text, { cause });
}

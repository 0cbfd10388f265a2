// What was found of a Qdrant server, and the way out: together the message of an error, apart in its details. The server's own words may hold
// any mark that a message could be cut at.
import { type ErrorCode, OutpostError } from "@outpost/protocol";

type ErrorOptions = NonNullable<ConstructorParameters<typeof OutpostError>[2]>;

export function createFinding(
  code: ErrorCode,
  found: string,
  wayOut: string,
  options: ErrorOptions = {},
): OutpostError {
  return new OutpostError(code, `${found}; ${wayOut}`, { ...options, details: { ...options.details, found, wayOut } });
}

/** `wayOut`: null where the error names none. */
export function readFinding({ message, details }: OutpostError): { found: string; wayOut: string | null } {
  const { found, wayOut } = details;
  return typeof found === "string" && typeof wayOut === "string" ? { found, wayOut } : { found: message, wayOut: null };
}

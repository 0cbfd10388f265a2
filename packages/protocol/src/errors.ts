// The one error that crosses rooms: a code from a closed list, a message a person can act on, and where each code maps to.
import { z } from "zod";

export const ErrorCode = z.enum([
  "invalid_input",
  "unauthorized",
  "forbidden",
  "not_found",
  "conflict",
  "limit_exceeded",
  "unavailable",
  "timeout",
  "internal",
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

interface ErrorMapping {
  /** HTTP status of a reply that carries the code. */
  httpStatus: number;
  /** Exit code of a command that ends with it. */
  exitCode: number;
}

/** The only place where codes become HTTP statuses and exit codes. Exit code 1 is kept for "the task did not succeed". */
export const errorMappings: Record<ErrorCode, ErrorMapping> = {
  invalid_input: { httpStatus: 400, exitCode: 2 },
  unauthorized: { httpStatus: 401, exitCode: 3 },
  forbidden: { httpStatus: 403, exitCode: 3 },
  not_found: { httpStatus: 404, exitCode: 4 },
  conflict: { httpStatus: 409, exitCode: 5 },
  limit_exceeded: { httpStatus: 413, exitCode: 6 },
  unavailable: { httpStatus: 503, exitCode: 7 },
  timeout: { httpStatus: 504, exitCode: 8 },
  internal: { httpStatus: 500, exitCode: 70 },
};

interface ErrorOptions {
  /** Whether the same request may succeed later, unchanged. Default false. */
  retryable?: boolean;
  /** Facts for programs: what was wrong, the limit, what exists instead. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** A failure that crosses a room. Messages: lower case, no full stop, the value quoted, the limit and the way out. */
export class OutpostError extends Error {
  override readonly name = "OutpostError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}

export function isOutpostError(error: unknown): error is OutpostError {
  return error instanceof Error && error.name === "OutpostError" && "code" in error;
}

/** The body of every reply that is not 2xx. */
export const ErrorBody = z.object({
  error: z.object({
    code: ErrorCode,
    message: z.string(),
    retryable: z.boolean(),
    requestId: z.string(),
    details: z.record(z.string(), z.unknown()),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

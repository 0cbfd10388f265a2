// Errors to replies. A bug is logged with its stack and shown as `internal` with the request's id.
import { type ErrorBody, errorMappings, isOutpostError, OutpostError } from "@outpost/protocol";
import type { Logger } from "pino";

export interface ErrorReply {
  status: number;
  body: ErrorBody;
}

export function replyToError(error: unknown, requestId: string, logger: Logger): ErrorReply {
  const known = isOutpostError(error) ? error : null;
  if (!known || known.code === "internal") logger.error({ requestId, err: error }, "request.failed");
  const shown =
    known ?? new OutpostError("internal", `the server met a bug; its log has the details under "${requestId}"`);
  const status =
    typeof shown.details["status"] === "number" ? shown.details["status"] : errorMappings[shown.code].httpStatus;
  const { status: _, ...details } = shown.details;
  return {
    status,
    body: { error: { code: shown.code, message: shown.message, retryable: shown.retryable, requestId, details } },
  };
}

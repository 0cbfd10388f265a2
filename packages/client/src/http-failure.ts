// What can go wrong between client and server, as an OutpostError: no answer, an answer with an error body, an answer that is not
// the server's. Never names the token.
import { ErrorBody, ErrorCode, errorMappings, OutpostError } from "@outpost/protocol";

/** `fetch` rejected. An abort of the caller's keeps its own reason. */
export function describeNoAnswer(url: URL, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  const cause = error instanceof Error ? causeOf(error) : String(error);
  return new OutpostError("unavailable", `no answer from ${url.origin} (${cause}); is the server running?`, {
    retryable: true,
    cause: error,
  });
}

function causeOf(error: Error): string {
  const cause = error.cause;
  if (cause instanceof Error) return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
  return error.message;
}

/** The reply is not 2xx. */
export async function readFailure(url: URL, response: Response): Promise<OutpostError> {
  const text = await response.text().catch(() => "");
  const body = ErrorBody.safeParse(parseJson(text));
  if (body.success) {
    const { code, message, retryable, requestId, details } = body.data.error;
    return new OutpostError(code, message, { retryable, details: { ...details, requestId } });
  }
  const said = text.trim().slice(0, 200);
  const code = codeOfStatus(response.status);
  return new OutpostError(
    code,
    `${url.origin} answered ${response.status} without an Outpost error${said === "" ? "" : `: ${said}`}; is something else there?`,
    { retryable: code === "unavailable" || code === "timeout", details: { status: response.status } },
  );
}

function codeOfStatus(status: number): ErrorCode {
  const known = ErrorCode.options.find((code) => errorMappings[code].httpStatus === status);
  if (known) return known;
  if (status === 429) return "limit_exceeded";
  return status >= 500 ? "unavailable" : "invalid_input";
}

/** Undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

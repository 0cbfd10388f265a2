// What the client throws, as an error of ours: what happened, and what to do about it. The key itself is never in it.
import { OutpostError } from "@outpost/protocol";
import { createFinding } from "./finding.ts";

interface Asked {
  url: string;
  what: string;
  timeoutMs: number;
  hasKey: boolean;
}

/** The signal of the caller is not aborted. */
export function translateError(error: unknown, asked: Asked): OutpostError {
  const { url, what, timeoutMs } = asked;
  if (error instanceof OutpostError) return error;
  const status = statusOf(error);
  if (status !== null) return fromStatus(status, error, asked);
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError")) {
    const message = `qdrant at ${url} did not answer about ${what} within ${timeoutMs} ms`;
    return new OutpostError("timeout", message, { retryable: true, cause: error });
  }
  return fromConnection(reasonOf(error), error, url);
}

/** It ended before an answer, after it had been made. */
export function isBrokenConnection(error: unknown): boolean {
  return statusOf(error) === null && broken.test(reasonOf(error));
}

const broken = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/;

function fromConnection(reason: string, cause: unknown, url: string): OutpostError {
  if (/CERT|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH/.test(reason)) {
    const wayOut =
      "name its authority's certificate in NODE_EXTRA_CA_CERTS, or give it one that is valid for this address";
    return createFinding("unavailable", `the certificate of qdrant at ${url} is not trusted (${reason})`, wayOut, {
      cause,
    });
  }
  if (/^(ERR_SSL_|EPROTO|HPE_|HTTPParserError)/.test(reason)) {
    const wayOut = "correct qdrantUrl: https:// only where the server has TLS, and the port of its REST API (6333)";
    return createFinding("unavailable", `what answers at ${url} is not understood (${reason})`, wayOut, { cause });
  }
  const found = `no answer from qdrant at ${url} (${reason})`;
  const wayOut = broken.test(reason) && url.startsWith("http:") ? "is it running, without TLS?" : "is it running?";
  return createFinding("unavailable", found, wayOut, { retryable: true, cause, details: { isAway: true } });
}

function fromStatus(status: number, error: unknown, { url, what, hasKey }: Asked): OutpostError {
  const said = saidBy(error);
  if (status === 401) {
    const detail = hasKey ? "refused the API key" : "wants an API key";
    return createFinding("unauthorized", `qdrant at ${url} ${detail} (${status})`, "set qdrantApiKeyFile");
  }
  if (status === 403) {
    const found = `qdrant at ${url} does not let this API key do that to ${what} (403${said})`;
    return createFinding("unauthorized", found, "set qdrantApiKeyFile to a key that may write");
  }
  if (isTooMuch(status, said))
    return new OutpostError("limit_exceeded", `too much at once for qdrant at ${url} (${status}${said})`, {
      cause: error,
    });
  if (status === 408) {
    const message = `qdrant at ${url} did not get done with ${what} in time (408${said})`;
    return new OutpostError("timeout", message, { retryable: true, cause: error });
  }
  if (status === 429 || status >= 500) {
    const retryAfterMs = retryAfter(error);
    const details = retryAfterMs === null ? {} : { retryAfterMs };
    const found = `qdrant at ${url} is not able to answer about ${what} (${status}${said})`;
    const wayOut = status === 429 ? "wait, or raise the limits of its strict mode" : "its log says more";
    return createFinding("unavailable", found, wayOut, { retryable: true, cause: error, details });
  }
  if (status === 404) {
    const found = `qdrant at ${url} has no ${what} (404${said})`;
    return createFinding("not_found", found, "outpost index migrate --to qdrant fills it again", { cause: error });
  }
  return new OutpostError("invalid_input", `qdrant at ${url} refused what was asked of ${what} (${status}${said})`, {
    cause: error,
  });
}

/** What smaller requests do not meet: a proxy's limit of bytes, the server's own (a 400), its limits of points and of their rate. */
function isTooMuch(status: number, said: string): boolean {
  if (status === 413) return true;
  if (status === 429) return said.includes("larger than rate limiter capacity");
  return status === 400 && /JSON payload.*(larger than allowed|exceeded limit)|for "upsert limit"/.test(said);
}

/** The client has several error classes; what they share is the status, or the number of seconds to wait at a 429. */
function statusOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null) return null;
  if ("retry_after" in error) return 429;
  if ("status" in error && typeof error.status === "number") return error.status;
  const message = error instanceof Error ? error.message : "";
  // Of a 429 whose date the client could not read as a number.
  if (message.startsWith("Invalid retryAfter value")) return 429;
  const found = /^Unexpected Response: (\d{3})/.exec(message);
  return found ? Number(found[1]) : null;
}

function saidBy(error: unknown): string {
  const { data } = error as { data?: unknown };
  const { status } = (typeof data === "object" && data !== null ? data : {}) as { status?: { error?: unknown } };
  const text = typeof data === "string" ? data : status?.error;
  return typeof text === "string" && text !== "" ? `: ${text.slice(0, 300)}` : "";
}

/** The client gives the first digit of the number only: it may be longer, never shorter. */
function retryAfter(error: unknown): number | null {
  const { retry_after: seconds } = error as { retry_after?: unknown };
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1000 : null;
}

/** A code; from Node 24 on an answer that is no HTTP has none. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code } = cause as { code?: unknown };
  if (typeof code === "string") return code;
  if (!(cause instanceof Error)) return String(cause);
  return cause.name === "HTTPParserError" ? cause.name : cause.message;
}

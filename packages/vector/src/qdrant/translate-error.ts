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
  const found = `no answer from qdrant at ${url} (${reasonOf(error)})`;
  return createFinding("unavailable", found, "is it running?", { retryable: true, cause: error });
}

function fromStatus(status: number, error: unknown, { url, what, hasKey }: Asked): OutpostError {
  const said = saidBy(error);
  if (status === 401 || status === 403) {
    const detail = hasKey ? "refused the API key" : "wants an API key";
    return createFinding("unauthorized", `qdrant at ${url} ${detail} (${status})`, "set qdrantApiKeyFile");
  }
  if (status === 429 || status >= 500) {
    const retryAfterMs = retryAfter(error);
    const details = retryAfterMs === null ? {} : { retryAfterMs };
    const message = `qdrant at ${url} is not able to answer about ${what} (${status}${said})`;
    return new OutpostError("unavailable", message, { retryable: true, cause: error, details });
  }
  if (status === 404) {
    const found = `qdrant at ${url} has no ${what} (404${said})`;
    return createFinding("not_found", found, "outpost index migrate --to qdrant fills it again", { cause: error });
  }
  if (status === 413) return new OutpostError("limit_exceeded", `too much at once for qdrant at ${url} (413${said})`);
  return new OutpostError("invalid_input", `qdrant at ${url} refused what was asked of ${what} (${status}${said})`, {
    cause: error,
  });
}

/** The client has several error classes; what they share is the status, or the number of seconds to wait at a 429. */
function statusOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null) return null;
  if ("retry_after" in error) return 429;
  if ("status" in error && typeof error.status === "number") return error.status;
  const found = /^Unexpected Response: (\d{3})/.exec(error instanceof Error ? error.message : "");
  return found ? Number(found[1]) : null;
}

function saidBy(error: unknown): string {
  const { data } = error as { data?: unknown };
  const { status } = (typeof data === "object" && data !== null ? data : {}) as { status?: { error?: unknown } };
  const text = typeof data === "string" ? data : status?.error;
  return typeof text === "string" && text !== "" ? `: ${text.slice(0, 300)}` : "";
}

function retryAfter(error: unknown): number | null {
  const { retry_after: seconds } = error as { retry_after?: unknown };
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1000 : null;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code } = cause as { code?: unknown };
  return typeof code === "string" ? code : cause instanceof Error ? cause.message : String(cause);
}

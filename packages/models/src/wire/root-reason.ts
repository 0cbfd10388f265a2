/** The innermost reason of a failed request: fetch says "fetch failed" and keeps the system's code inside. */
export function rootReason(error: unknown): string {
  let reason = "unknown reason";
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = "code" in at && typeof at.code === "string" ? at.code : "";
    reason = code || at.message || reason;
  }
  return reason;
}

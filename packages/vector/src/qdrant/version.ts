// Which servers this adapter speaks to. Named vectors beside sparse ones with idf, and queries in batches with candidates fetched first,
// are there since 1.10; tenants in payload indexes since 1.11.
import { createFinding } from "./finding.ts";

const oldest = [1, 12] as const;

/** `said`: the answer at the root. Gives the version back. Throws `unavailable` for an older server, and for one that is none. */
export function assertVersion(said: unknown, url: string): string {
  const { version } = (typeof said === "object" && said !== null ? said : {}) as { version?: unknown };
  if (typeof version !== "string")
    throw createFinding("unavailable", `what answers at ${url} is no qdrant server`, "correct qdrantUrl");
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return version;
  const needed = oldest.join(".");
  throw createFinding("unavailable", `qdrant at ${url} is ${version}`, `upgrade it to ${needed} or newer`, {
    details: { version, needed },
  });
}

// Which servers this adapter speaks to. Named vectors beside sparse ones with idf, and queries in batches with candidates fetched first,
// are there since 1.10; tenants in payload indexes since 1.11.
import { createFinding } from "./finding.ts";

const oldest = [1, 12] as const;

/** Gives the version back. Throws `unavailable` for an older server. */
export function assertVersion(version: string, url: string): string {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return version;
  const needed = oldest.join(".");
  throw createFinding("unavailable", `qdrant at ${url} is ${version}`, `upgrade it to ${needed} or newer`, {
    details: { version, needed },
  });
}

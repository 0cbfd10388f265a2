// What an answer from the index lacks, said behind its heading.
import type { Coverage } from "@outpost/protocol";
import { makeVisible } from "@outpost/protocol";

export function describeCoverage(coverage: Coverage): string {
  if (coverage.state !== "ready") return ` (the index is ${coverage.state}: the answer is incomplete)`;
  const stale = coverage.staleFiles > 0 ? [`${coverage.staleFiles} files changed since they were indexed`] : [];
  const caveats = [...stale, ...coverage.notes.map(makeVisible)];
  return caveats.length > 0 ? ` (${caveats.join("; ")})` : "";
}

// Whether a change may be accepted with nobody looking at it, as its task asked for: only when tests that ran in the sandbox speak for exactly
// this change. Pure. The rules are strict because there is nobody behind them: what cannot be shown counts as not so.
import type { Change, TestEvidence } from "@outpost/protocol";

/** Null: it may. Otherwise why a person has to look, in words. `taint`: the text from outside that the task has read. */
export function whyNotAutomatic(
  change: Pick<Change, "tests" | "untested" | "secrets" | "files">,
  taint: string | null,
): string | null {
  if (taint !== null) return `the task has read text from outside: ${taint}`;
  if (change.secrets && change.secrets.length > 0) return "it adds what looks like a secret";
  if (change.untested) return `no tests speak for exactly this change: ${change.untested}`;
  const before = change.tests.filter(({ phase }) => phase === "before");
  const after = change.tests.filter(({ phase }) => phase === "after");
  if (before.length === 0) return "no tests were run before the change, so nobody knows that they passed then";
  if (after.length === 0) return "no tests were run after the change";
  const bad = [...before, ...after].find((evidence) => !isGreen(evidence));
  if (bad) return `tests ${bad.phase === "before" ? "before" : "after"} the change did not pass: ${describe(bad)}`;
  return findDifference(before, after);
}

/** A run that counted no passing test shows nothing. */
function isGreen({ exitCode, passed, failed }: TestEvidence): boolean {
  return exitCode === 0 && (passed ?? 0) > 0 && (failed ?? 0) === 0;
}

/** The same tests, and not fewer of them. */
function findDifference(before: readonly TestEvidence[], after: readonly TestEvidence[]): string | null {
  for (const late of after) {
    const early = before.findLast(({ argv }) => argv.join("\0") === late.argv.join("\0"));
    if (!early) continue;
    if ((late.passed ?? 0) < (early.passed ?? 0))
      return `${early.passed} tests passed before the change and ${late.passed} after it`;
    return null;
  }
  return "other tests were run before the change than after it";
}

function describe({ argv, exitCode, passed, failed }: TestEvidence): string {
  const counted = passed === null ? "no tests were counted" : `${passed} passed, ${failed ?? 0} failed`;
  return `${argv.join(" ").slice(0, 100)} (exit code ${exitCode ?? "none"}, ${counted})`;
}

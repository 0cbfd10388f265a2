// Runs of tests, and the coverage that they printed: the last line that looks like pytest-cov's TOTAL, istanbul's "All files" or gcov's
// "lines......: 81.3%". Knows no other form.
import type { TaskId, TestEvidence, WorkStatistics } from "@outpost/protocol";

const forms = [
  /^TOTAL\b.*?(\d+(?:\.\d+)?)%\s*$/,
  /^All files\s*\|\s*(?:[\d.]+\s*\|\s*){2}[\d.]+\s*\|\s*(\d+(?:\.\d+)?)\s*\|/,
  /^\s*lines\.+:\s*(\d+(?:\.\d+)?)%/,
];
const maxTasks = 200;

export function createTestCounts() {
  const counts = { runs: 0, green: 0, red: 0, passed: 0, failed: 0, skipped: 0 };
  const coverage = new Map<TaskId, number>();
  return {
    add({ exitCode, passed, failed, skipped, outputTail }: TestEvidence, taskId: TaskId): void {
      counts.runs += 1;
      counts[exitCode === 0 ? "green" : "red"] += 1;
      counts.passed += passed ?? 0;
      counts.failed += failed ?? 0;
      counts.skipped += skipped ?? 0;
      const percent = findCoverage(outputTail);
      if (percent !== null && (coverage.size < maxTasks || coverage.has(taskId))) coverage.set(taskId, percent);
    },
    result(): WorkStatistics["tests"] {
      return { ...counts, coverage: [...coverage].map(([taskId, percent]) => ({ taskId, percent })) };
    },
  };
}

function findCoverage(output: string): number | null {
  const found = output.split("\n").flatMap((line) => forms.map((form) => form.exec(line)?.[1]).filter(Boolean));
  const percent = Number(found.at(-1));
  return found.length > 0 && percent <= 100 ? percent : null;
}

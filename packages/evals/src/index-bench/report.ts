// The index benchmark's numbers as text.
import { percentile } from "../harness/statistics.ts";
import type { IndexResult, Run } from "./measure.ts";

const MEGABYTE = 1_000_000;

export function formatIndexResult(result: IndexResult): string {
  const { firstIndex, sourceBytes, peaks, searchMs, serverSearchMs } = result;
  const sourceMegabytes = sourceBytes / MEGABYTE;
  const skipped = result.skipped.map(({ reason, files }) => `${reason} ${files}`).join(", ") || "none";
  const languages = Object.entries(result.languages)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([language, files]) => `${language} ${files}`);
  return [
    `repository        ${result.repository}`,
    `files             ${result.files} (${languages.join(", ")})`,
    `chunks            ${result.chunks}`,
    `skipped           ${skipped}`,
    `source            ${sourceMegabytes.toFixed(1)} MB`,
    `registering       ${formatRun(result.registering)}`,
    `first index       ${formatRun(firstIndex)}; ${(firstIndex.cpuSeconds / sourceMegabytes).toFixed(2)} CPU s a MB, ${(result.chunks / firstIndex.wallSeconds).toFixed(0)} chunks a second`,
    `peak memory       ${Object.entries(peaks)
      .map(([role, bytes]) => `${role} ${(bytes / MEGABYTE).toFixed(0)} MB`)
      .join(", ")}`,
    `index.db          ${(result.indexBytes / MEGABYTE).toFixed(1)} MB (${(result.indexBytes / sourceBytes).toFixed(2)} x source)`,
    `nothing changed   ${formatRuns(result.noChange)}`,
    `one file changed  ${formatRuns(result.oneChange)} (${result.changedFile})`,
    `followed change   CPU ${formatCpu(result.followedCpuSeconds)} from the edit to the search that finds it`,
    `first search      ${result.firstSearchMs.toFixed(0)} ms (loads the index)`,
    `search            median ${percentile(searchMs, 0.5).toFixed(1)} ms, p95 ${percentile(searchMs, 0.95).toFixed(1)} ms over ${searchMs.length} queries; in the server ${percentile(serverSearchMs, 0.5).toFixed(1)} and ${percentile(serverSearchMs, 0.95).toFixed(1)} ms`,
    `server afterwards ${(result.serverBytesAfterSearch / MEGABYTE).toFixed(0)} MB RSS`,
  ].join("\n");
}

function formatRun({ wallSeconds, cpuSeconds }: Run): string {
  return `${wallSeconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s`;
}

function formatCpu(cpus: readonly number[]): string {
  return `least ${Math.min(...cpus).toFixed(2)} s, median ${percentile(cpus, 0.5).toFixed(2)} s`;
}

function formatRuns(runs: readonly Run[]): string {
  const walls = runs.map(({ wallSeconds }) => wallSeconds);
  const cpus = runs.map(({ cpuSeconds }) => cpuSeconds);
  return `least ${Math.min(...walls).toFixed(2)} s, median ${percentile(walls, 0.5).toFixed(2)} s; CPU median ${percentile(cpus, 0.5).toFixed(2)} s`;
}

// What is kept of models: totals of their calls, and the newest conformance report of each. Knows no model's wire.
import type { ModelRecords } from "@outpost/core";
import { type ModelCallRecord, ModelTestReport, ModelUsageTotals } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";

interface UsageRow {
  provider: string;
  name: string;
  calls: number;
  prompt_tokens: number;
  output_tokens: number;
  first_token_ms: number;
  calls_with_first_token: number;
  total_ms: number;
  writing_ms: number;
  written_tokens: number;
  failures: string;
  last_used_at_ms: number;
}

export function createModelRecords(connection: Connection): ModelRecords {
  const one = connection.prepare<UsageRow>("SELECT * FROM model_usage WHERE provider = ? AND name = ?");
  const all = connection.prepare<UsageRow>("SELECT * FROM model_usage ORDER BY provider, name");
  const put = connection.prepare("INSERT OR REPLACE INTO model_usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const putTest = connection.prepare("INSERT OR REPLACE INTO model_test VALUES (?, ?, ?)");
  const oneTest = connection.prepare<{ report: string }>(
    "SELECT report FROM model_test WHERE provider = ? AND name = ?",
  );
  const allTests = connection.prepare<{ report: string }>("SELECT report FROM model_test ORDER BY provider, name");
  return {
    async noteModelCall(record) {
      connection.write(() => {
        const row = one.get(record.provider, record.name);
        const sum = addCall(row ? toTotals(row) : emptyTotals(record), record);
        put.run(
          ...[sum.provider, sum.name, sum.calls, sum.promptTokens, sum.outputTokens, sum.firstTokenMs],
          ...[sum.callsWithFirstToken, sum.totalMs, sum.writingMs, sum.writtenTokens],
          ...[JSON.stringify(sum.failures), sum.lastUsedAtMs],
        );
      });
    },
    listModelUsage: async () => connection.read(() => all.all().map(toTotals)),
    async saveModelTest(report) {
      connection.write(() => putTest.run(report.provider, report.name, JSON.stringify(report)));
    },
    listModelTests: async () => connection.read(() => allTests.all().map(toReport)),
    async findModelTest({ provider, name }) {
      const row = connection.read(() => oneTest.get(provider, name));
      return row && toReport(row);
    },
  };
}

function toReport({ report }: { report: string }): ModelTestReport {
  return ModelTestReport.parse(JSON.parse(report));
}

function toTotals(row: UsageRow): ModelUsageTotals {
  return ModelUsageTotals.parse({
    provider: row.provider,
    name: row.name,
    calls: row.calls,
    promptTokens: row.prompt_tokens,
    outputTokens: row.output_tokens,
    firstTokenMs: row.first_token_ms,
    callsWithFirstToken: row.calls_with_first_token,
    totalMs: row.total_ms,
    writingMs: row.writing_ms,
    writtenTokens: row.written_tokens,
    failures: JSON.parse(row.failures),
    lastUsedAtMs: row.last_used_at_ms,
  });
}

function emptyTotals({ provider, name, atMs }: ModelCallRecord): ModelUsageTotals {
  const nothing = { calls: 0, promptTokens: 0, outputTokens: 0, firstTokenMs: 0, callsWithFirstToken: 0, totalMs: 0 };
  return { provider, name, ...nothing, writingMs: 0, writtenTokens: 0, failures: {}, lastUsedAtMs: atMs };
}

function addCall(sum: ModelUsageTotals, call: ModelCallRecord): ModelUsageTotals {
  const { firstTokenMs, outputTokens, failure } = call;
  // An answer that came all at once took no time to write that anybody could measure.
  const writingMs = firstTokenMs === null || outputTokens === null ? 0 : Math.max(0, call.totalMs - firstTokenMs);
  const failures = new Map(Object.entries(sum.failures));
  if (failure !== null) failures.set(failure, (failures.get(failure) ?? 0) + 1);
  return {
    ...sum,
    calls: sum.calls + 1,
    promptTokens: sum.promptTokens + (call.promptTokens ?? 0),
    outputTokens: sum.outputTokens + (outputTokens ?? 0),
    firstTokenMs: sum.firstTokenMs + (firstTokenMs ?? 0),
    callsWithFirstToken: sum.callsWithFirstToken + (firstTokenMs === null ? 0 : 1),
    totalMs: sum.totalMs + call.totalMs,
    writingMs: sum.writingMs + writingMs,
    writtenTokens: sum.writtenTokens + (writingMs > 0 ? (outputTokens ?? 0) : 0),
    failures: Object.fromEntries(failures),
    lastUsedAtMs: Math.max(sum.lastUsedAtMs, call.atMs),
  };
}

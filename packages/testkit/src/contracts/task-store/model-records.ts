// The task store's contract: what is kept of models.
import { type ModelCallRecord, ModelConduct, type ModelTestReport, tokensPerSecond } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import type { TaskStoreFrame } from "./database.ts";
import { startMs } from "./samples.ts";

const call: ModelCallRecord = {
  provider: "ollama",
  name: "coder:7b",
  atMs: startMs,
  promptTokens: 1000,
  outputTokens: 50,
  firstTokenMs: 400,
  totalMs: 1400,
  failure: null,
};
const failed = { promptTokens: null, outputTokens: null, firstTokenMs: null, totalMs: 20 };

function reportOf(name: string, protocol: "native" | "text"): ModelTestReport {
  return {
    provider: "ollama",
    name,
    testedAtMs: startMs,
    results: [{ area: "calls", name: "reads a file", passed: true, detail: "", tookMs: 12 }],
    usableWindowTokens: 8000,
    firstTokenMs: 120,
    tokensPerSecond: 31.5,
    conduct: ModelConduct.parse({ protocol, testedAtMs: startMs }),
  };
}

export function describeModelRecords(frame: TaskStoreFrame): void {
  describe("models", () => {
    it("have totals that add up, whoever adds to them", async () => {
      const other = await frame.openAnother();
      await frame.store().noteModelCall(call);
      await other.noteModelCall({ ...call, atMs: startMs + 5, totalMs: 2400, outputTokens: 100 });
      await frame.store().noteModelCall({ ...call, ...failed, failure: "unavailable" });
      await other.noteModelCall({ ...call, ...failed, failure: "unavailable" });
      await other.noteModelCall({ ...call, failure: "cut" });
      await other.noteModelCall({ ...call, provider: "a", name: "z" });
      const usage = await frame.store().listModelUsage();
      expect(usage.map(({ provider, name }) => `${provider}/${name}`)).toEqual(["a/z", "ollama/coder:7b"]);
      expect(usage[1]).toEqual({
        provider: "ollama",
        name: "coder:7b",
        calls: 5,
        promptTokens: 3000,
        outputTokens: 200,
        firstTokenMs: 1200,
        callsWithFirstToken: 3,
        totalMs: 1400 + 2400 + 20 + 20 + 1400,
        writingMs: 1000 + 2000 + 1000,
        writtenTokens: 200,
        failures: { unavailable: 2, cut: 1 },
        lastUsedAtMs: startMs + 5,
      });
      expect(usage[1] && tokensPerSecond(usage[1])).toBe(50);
    });

    it("that wrote nothing that could be measured have no speed", async () => {
      await frame.store().noteModelCall({ ...call, firstTokenMs: 1400 });
      await frame.store().noteModelCall({ ...call, ...failed, failure: "timeout" });
      const [usage] = await frame.store().listModelUsage();
      expect(usage && tokensPerSecond(usage)).toBeNull();
      expect(usage).toMatchObject({ calls: 2, outputTokens: 50, failures: { timeout: 1 } });
    });

    it("have one test report each, the newest", async () => {
      const [first, second] = [reportOf("coder:7b", "native"), reportOf("coder:7b", "text")];
      await frame.store().saveModelTest(reportOf("a:1b", "native"));
      await frame.store().saveModelTest(first);
      await frame.store().saveModelTest(second);
      const store = await frame.openAnother();
      expect(await store.findModelTest({ provider: "ollama", name: "coder:7b" })).toEqual(second);
      expect(await store.findModelTest({ provider: "openai", name: "coder:7b" })).toBeUndefined();
      expect(await store.listModelTests()).toEqual([reportOf("a:1b", "native"), second]);
    });
  });
}

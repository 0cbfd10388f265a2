import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentName, loadConfiguration } from "./load.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "outpost-configuration-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function load(given: { flags?: string[]; env?: Record<string, string>; file?: unknown }) {
  const { flags = [], env = {}, file } = given;
  const text = typeof file === "string" ? file : JSON.stringify(file ?? {});
  writeFileSync(join(directory, "outpost.json"), text);
  return loadConfiguration(["--data-directory", directory, ...flags], env);
}

describe("the configuration", () => {
  it("comes from flags before the environment before the file before the defaults", () => {
    const file = { port: 1, workers: 3, model: "file", windowTokens: 4096 };
    const env = { OUTPOST_PORT: "2", OUTPOST_MODEL: "environment", OUTPOST_WORKERS: "" };
    expect(load({ file, env, flags: ["--port", "3"] })).toMatchObject({
      port: 3,
      model: "environment",
      workers: 3,
      windowTokens: 4096,
      host: "127.0.0.1",
      leaseMs: 15_000,
    });
  });

  it("refuses to keep tasks for less than two review periods", () => {
    expect(() => load({ file: { keptTaskDays: 13 } })).toThrow(
      '"keptTaskDays" is 13: it must be at least 14, two review periods (reviewEveryDays is 7)',
    );
    expect(() => load({ file: { reviewEveryDays: 100 } })).toThrow(/must be at least 200/);
    for (const file of [{ keptTaskDays: 14 }, { keptTaskDays: 0 }, { keptTaskDays: 1, reviewEveryDays: 0 }])
      expect(load({ file })).toMatchObject(file);
  });

  it("reads lists, numbers and yes or no from text", () => {
    const env = { OUTPOST_ALLOWED_HOSTS: "a.example,b.example", OUTPOST_BEHIND_PROXY: "true" };
    expect(load({ env, flags: ["--max-file-bytes", "2048"] })).toMatchObject({
      allowedHosts: ["a.example", "b.example"],
      behindProxy: true,
      maxFileBytes: 2048,
    });
  });

  it("takes its directory from the environment where no flag names one, and else from the person's own place", () => {
    expect(loadConfiguration([], { OUTPOST_DATA_DIRECTORY: directory }).dataDirectory).toBe(directory);
    expect(loadConfiguration([], { XDG_DATA_HOME: directory }).dataDirectory).toMatch(/\/outpost$/);
  });

  it.each<[what: string, given: Parameters<typeof load>[0], says: RegExp]>([
    ["an unknown key of the file", { file: { prot: 1 } }, /no setting "prot"; the nearest is "port"/],
    [
      "an unknown flag",
      { flags: ["--window-token", "9000"] },
      /no setting "windowToken"; the nearest is "windowTokens"/,
    ],
    ["a letter too few", { file: { comandTimeoutMs: 5 } }, /the nearest is "commandTimeoutMs"/],
    ["a name in part", { file: { ollama: "x" } }, /the nearest is "ollamaUrl"/],
    ["a flag in another case", { flags: ["--MODEL", "x"] }, /the nearest is "model"/],
    ["a flag without a value", { flags: ["--port"] }, /"--port" is not a flag with a value/],
    ["a word that is no flag", { flags: ["serve", "now"] }, /"serve" is not a flag/],
    ["a port that is none", { env: { OUTPOST_PORT: "http" } }, /"port" is "http"/],
    ["a port out of range", { flags: ["--port", "65536"] }, /"port" is 65536/],
    ["no workers", { file: { workers: 0 } }, /"workers" is 0/],
    ["an address that is none", { file: { ollamaUrl: "here" } }, /"ollamaUrl" is "here"/],
    ["a file that is a list", { file: [] }, /outpost\.json" is not a JSON object/],
    ["a file that is no JSON", { file: "{port: 1}" }, /outpost\.json" is not a JSON object/],
  ])("refuses %s", (_, given, says) => {
    expect(() => load(given)).toThrow(
      expect.objectContaining({ code: "invalid_input", message: expect.stringMatching(says) }),
    );
  });

  it("has a name in the environment for every key", () => {
    expect(environmentName("ollamaUrl")).toBe("OUTPOST_OLLAMA_URL");
    expect(environmentName("port")).toBe("OUTPOST_PORT");
  });
});

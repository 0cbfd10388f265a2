import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { modelServers } from "./model-servers.ts";

const folder = mkdtempSync(join(tmpdir(), "outpost-key-"));
afterAll(() => rmSync(folder, { recursive: true }));
const ollamaUrl = "http://127.0.0.1:11434";
const openaiUrl = "http://127.0.0.1:8080/v1";
const ollama = { name: "ollama", adapter: "ollama", url: ollamaUrl };
const llama = { name: "llama", adapter: "llama", childEntry: expect.objectContaining({ execArgv: expect.any(Array) }) };
const none = { ollamaUrl, modelServers: {} };

function keyFile(text: string): string {
  const path = join(folder, "key");
  writeFileSync(path, text);
  return path;
}

describe("the model servers of the configuration", () => {
  it("are an Ollama and the GGUF files, where nothing else is named", () => {
    expect(modelServers(none)).toEqual([ollama, llama]);
    expect(modelServers({ ...none, openaiUrl })).toEqual([
      ollama,
      { name: "openai", adapter: "openai", url: openaiUrl, isExpected: true },
      llama,
    ]);
  });

  it("are expected where a person named them, and not the Ollama of this machine, which may not be there", () => {
    const isExpected = (url: string) => modelServers({ ...none, ollamaUrl: url })[0]?.isExpected ?? false;
    expect(["http://localhost:11434", "http://127.0.0.1:9", "http://[::1]:1"].map(isExpected)).not.toContain(true);
    expect(["http://box:11434", "http://192.168.1.2:11434", "http://127.example:1"].map(isExpected)).not.toContain(
      false,
    );
  });

  it("have the keys of their files", () => {
    const key = keyFile("sk-1\n");
    const home = { adapter: "openai", url: "http://box:8080/v1", apiKeyFile: key };
    expect(modelServers({ ...none, openaiUrl, openaiApiKeyFile: key, modelServers: { home } })).toEqual([
      ollama,
      { name: "openai", adapter: "openai", url: openaiUrl, isExpected: true, apiKey: "sk-1" },
      llama,
      { name: "home", adapter: "openai", url: "http://box:8080/v1", isExpected: true, apiKey: "sk-1" },
    ]);
  });

  it("are refused with a key that is none, or for nobody", () => {
    const withKey = (openaiApiKeyFile: string) => () => modelServers({ ...none, openaiUrl, openaiApiKeyFile });
    expect(withKey(join(folder, "gone"))).toThrow(/gone.*cannot be read/);
    expect(withKey(keyFile(" \n"))).toThrow(/one API key/);
    expect(withKey(keyFile("key = sk-1"))).toThrow(/one API key/);
    expect(() => modelServers({ ...none, openaiApiKeyFile: keyFile("sk-1") })).toThrow(/no openaiUrl/);
    const home = { adapter: "openai", apiKeyFile: keyFile("") };
    expect(() => modelServers({ ...none, modelServers: { home } })).toThrow(/modelServers\.home\.apiKeyFile/);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openAiServer } from "./openai-server.ts";

const folder = mkdtempSync(join(tmpdir(), "outpost-key-"));
afterAll(() => rmSync(folder, { recursive: true }));
const openaiUrl = "http://127.0.0.1:8080/v1";

function keyFile(text: string): string {
  const path = join(folder, "key");
  writeFileSync(path, text);
  return path;
}

describe("the OpenAI-compatible server of the configuration", () => {
  it("is none where none is named, and has no key where none is", () => {
    expect(openAiServer({})).toEqual({});
    expect(openAiServer({ openaiUrl })).toEqual({ openAi: { baseUrl: openaiUrl } });
  });

  it("has the key of the file", () => {
    expect(openAiServer({ openaiUrl, openaiApiKeyFile: keyFile("sk-1\n") })).toEqual({
      openAi: { baseUrl: openaiUrl, apiKey: "sk-1" },
    });
  });

  it("is refused with a key that is none, or for nobody", () => {
    expect(() => openAiServer({ openaiUrl, openaiApiKeyFile: join(folder, "gone") })).toThrow(/gone.*cannot be read/);
    expect(() => openAiServer({ openaiUrl, openaiApiKeyFile: keyFile(" \n") })).toThrow(/one API key/);
    expect(() => openAiServer({ openaiUrl, openaiApiKeyFile: keyFile("key = sk-1") })).toThrow(/one API key/);
    expect(() => openAiServer({ openaiApiKeyFile: keyFile("sk-1") })).toThrow(/no openaiUrl/);
  });
});

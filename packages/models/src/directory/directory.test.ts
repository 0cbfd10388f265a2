import type { ModelDirectory } from "@outpost/core";
import {
  type OllamaTestModel,
  type OpenAiScript,
  startOllamaTestServer,
  startOpenAiTestServer,
} from "@outpost/testkit";
import { chatToEnd } from "@outpost/testkit/contracts";
import { describe, expect, it } from "vitest";
import { type ModelDirectoryOptions, openModelDirectory } from "./directory.ts";

const signal = new AbortController().signal;

const directoryOf = (ollamaUrl: string, options: Partial<ModelDirectoryOptions> = {}): Promise<ModelDirectory> =>
  openModelDirectory({ servers: [{ name: "ollama", adapter: "ollama", url: ollamaUrl }], ...options });

async function withDirectory<Value>(
  models: OllamaTestModel[],
  work: (directory: ModelDirectory, server: Awaited<ReturnType<typeof startOllamaTestServer>>) => Promise<Value>,
  options: Partial<ModelDirectoryOptions> & { lookupDelayMs?: number } = {},
): Promise<Value> {
  const { lookupDelayMs = 0, ...rest } = options;
  const server = await startOllamaTestServer({ models, lookupDelayMs, replies: [] });
  try {
    return await work(await directoryOf(server.url, rest), server);
  } finally {
    await server.close();
  }
}

const defaultOf = (
  models: OllamaTestModel[],
  options: Partial<ModelDirectoryOptions> & { lookupDelayMs?: number } = {},
) => withDirectory(models, async (directory) => (await directory.open(undefined, signal)).name, options);

const small = { name: "small:1b", parameterSize: "1.2B" };
const middle = { name: "middle:8b", parameterSize: "8.0B" };
const huge = { name: "huge:70b", parameterSize: "70.6B" };
const talker = { name: "talker:30b", parameterSize: "30B", capabilities: ["completion"] };
const embedder = { name: "embed", parameterSize: "137M", capabilities: ["embedding"] };
const remote = { name: "cloud:32b", parameterSize: "32B", remoteHost: "https://example.invalid" };

describe("the default model", () => {
  it.each<[title: string, models: OllamaTestModel[], name: string]>([
    ["the larger of those that call tools", [small, middle, talker, embedder], "middle:8b"],
    ["a loaded one before a larger one", [{ ...small, loaded: true }, middle], "small:1b"],
    ["none that is too large while another is there", [huge, small], "small:1b"],
    ["one that is large when there is no other", [huge], "huge:70b"],
    ["never one on somebody else's machine", [remote, small], "small:1b"],
    [
      "what older servers tell one by one",
      [
        { ...small, bareTags: true },
        { ...talker, bareTags: true },
      ],
      "small:1b",
    ],
    ["rules, when none can call tools", [talker, embedder], "rules"],
    ["rules, when there is none at all", [], "rules"],
  ])("is %s", async (_, models, name) => {
    expect(await defaultOf(models)).toBe(name);
  });

  it("is not decided while the server is too busy to say what it has", async () => {
    expect(await defaultOf([middle], { lookupDelayMs: 200, probeTimeoutMs: 50 })).toBe("middle:8b");
    const tooSlow = defaultOf([middle], { lookupDelayMs: 1000, lookupTimeoutMs: 50 });
    await expect(tooSlow).rejects.toMatchObject({ code: "unavailable", retryable: true, details: { reason: "slow" } });
  });

  it("is rules when the server is not there", async () => {
    const gone = await startOllamaTestServer({ models: [middle] });
    await gone.close();
    const directory = await directoryOf(gone.url);
    expect((await directory.open(undefined, signal)).provider).toBe("rules");
    expect(await directory.list(signal)).toMatchObject([{ name: "rules" }]);
  });

  describe("while its server refuses connections", () => {
    const goneUrl = async (): Promise<string> => {
      const gone = await startOllamaTestServer({ models: [middle] });
      await gone.close();
      return gone.url;
    };
    const away = { code: "unavailable", retryable: true, message: expect.stringContaining("no answer from") };
    const ollama = (url: string, isExpected: boolean) => ({ name: "ollama", adapter: "ollama", url, isExpected });

    it("is not rules, once the server had a model", async () => {
      const server = await startOllamaTestServer({ models: [middle], replies: [] });
      const directory = await directoryOf(server.url);
      expect((await directory.open(undefined, signal)).name).toBe("middle:8b");
      await server.close();
      await expect(directory.open(undefined, signal)).rejects.toMatchObject(away);
      expect((await directory.open("rules", signal)).name).toBe("rules");
    });

    it("is not rules where the server is expected, be it an Ollama's or another's", async () => {
      const directory = await openModelDirectory({ servers: [ollama(await goneUrl(), true)] });
      await expect(directory.open(undefined, signal)).rejects.toMatchObject(away);
      const other = { name: "box", adapter: "openai", url: await goneUrl(), isExpected: true };
      const both = await openModelDirectory({ servers: [ollama(await goneUrl(), false), other] });
      await expect(both.open(undefined, signal)).rejects.toMatchObject(away);
    });

    it("is another server's that has one", async () => {
      const other = await startOpenAiTestServer({ flavour: "vllm", models: [{ name: "m" }] });
      const servers = [ollama(await goneUrl(), true), { name: "openai", adapter: "openai", url: other.url }];
      expect((await (await openModelDirectory({ servers })).open(undefined, signal)).name).toBe("m");
      await other.close();
    });
  });

  it("is the configured one where there is one", async () => {
    expect(await defaultOf([small, middle], { defaultModel: "small:1b" })).toBe("small:1b");
    expect(await defaultOf([small, middle], { defaultModel: "rules" })).toBe("rules");
    await expect(defaultOf([small], { defaultModel: "absent" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("is not decided for a caller that has gone", async () => {
    await withDirectory([middle], async (directory) => {
      const reason = new Error("gone");
      await expect(directory.open(undefined, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
});

describe("names", () => {
  it.each([
    ["rules", "rules", "rules"],
    ["rules/rules", "rules", "rules"],
    ["small:1b", "ollama", "small:1b"],
    ["ollama/small:1b", "ollama", "small:1b"],
    ["hf.co/someone/model:q4", "ollama", "hf.co/someone/model:q4"],
    ["ollama/hf.co/someone/model:q4", "ollama", "hf.co/someone/model:q4"],
  ])("%s", async (name, provider, bare) => {
    await withDirectory([small, { name: "hf.co/someone/model:q4" }], async (directory) => {
      expect(await directory.open(name, signal)).toMatchObject({ provider, name: bare });
    });
  });

  it("that are unknown are refused with those that exist", async () => {
    await withDirectory([small], async (directory) => {
      await expect(directory.open("ollama/gone", signal)).rejects.toThrow(/"gone".*"small:1b".*`ollama pull gone`/);
    });
  });

  it("of a server that is not there are unavailable, not rules", async () => {
    const directory = await directoryOf("http://127.0.0.1:1");
    await expect(directory.open("small:1b", signal)).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });
});

describe("the list", () => {
  it("has what can chat, with windows, and rules", async () => {
    await withDirectory(
      [{ ...small, contextLength: 8192 }, embedder, { ...talker, bareTags: true }],
      async (directory) => {
        expect(await directory.list(signal)).toMatchObject([
          { provider: "ollama", name: "small:1b", windowTokens: 8192, canCallTools: true, canThink: false },
          { provider: "ollama", name: "talker:30b", windowTokens: 16_384, canCallTools: false, canThink: false },
          { provider: "rules", name: "rules", windowTokens: 32_000, canCallTools: true, canThink: false },
        ]);
      },
    );
  });

  it("asks a server that lists capabilities nothing more", async () => {
    await withDirectory([small, middle], async (directory, server) => {
      await directory.list(signal);
      expect([...server.requests].sort()).toEqual(["GET /api/ps", "GET /api/tags"]);
    });
  });
});

it("opened models chat", async () => {
  const server = await startOllamaTestServer({ models: [small], replies: [{ content: "hello" }] });
  const model = await (await directoryOf(server.url)).open(undefined, signal);
  expect((await chatToEnd(model)).reply.content).toBe("hello");
  await server.finish();
});

describe("an OpenAI-compatible server beside it", () => {
  async function withBoth<Value>(
    ollama: OllamaTestModel[] | null,
    script: OpenAiScript,
    work: (directory: ModelDirectory) => Promise<Value>,
  ): Promise<Value> {
    const server = await startOllamaTestServer({ models: ollama ?? [], replies: [] });
    const other = await startOpenAiTestServer({ flavour: "vllm", ...script });
    if (!ollama) await server.close();
    try {
      return await work(
        await openModelDirectory({
          servers: [
            { name: "ollama", adapter: "ollama", url: server.url },
            { name: "openai", adapter: "openai", url: other.url },
          ],
          windowTokens: 16_384,
        }),
      );
    } finally {
      await Promise.all([server.close(), other.close()]);
    }
  }
  const openIn = (ollama: OllamaTestModel[] | null, script: OpenAiScript, name?: string) =>
    withBoth(ollama, script, async (directory) => {
      const { provider, name: opened } = await directory.open(name, signal);
      return `${provider}/${opened}`;
    });
  const one: OpenAiScript = { models: [{ name: "Qwen/Qwen3-8B" }] };
  const two: OpenAiScript = { models: [{ name: "a" }, { name: "b" }] };

  it.each<[title: string, ollama: OllamaTestModel[] | null, script: OpenAiScript, opened: string]>([
    ["is not the default while an Ollama has one", [small], one, "ollama/small:1b"],
    ["is the default when no Ollama answers", null, one, "openai/Qwen/Qwen3-8B"],
    ["is the default when the Ollama has none that calls tools", [talker], one, "openai/Qwen/Qwen3-8B"],
    ["is not when there is a choice to make", null, two, "rules/rules"],
    ["is not for an embedder alone", null, { models: [{ name: "nomic-embed-text" }] }, "rules/rules"],
    [
      "is the one beside its embedder",
      null,
      { models: [{ name: "m" }, { name: "text-embedding-3-small" }] },
      "openai/m",
    ],
  ])("%s", async (_, ollama, script, opened) => {
    expect(await openIn(ollama, script)).toBe(opened);
  });

  it.each<[name: string, script: OpenAiScript, opened: string]>([
    ["openai/Qwen/Qwen3-8B", one, "openai/Qwen/Qwen3-8B"],
    ["openai/qwen/qwen3-8b", one, "openai/Qwen/Qwen3-8B"],
    ["Qwen/Qwen3-8B", one, "openai/Qwen/Qwen3-8B"],
    ["small:1b", one, "ollama/small:1b"],
    ["openai/gpt-oss-20b", { models: [{ name: "openai/gpt-oss-20b" }] }, "openai/openai/gpt-oss-20b"],
    ["openai/openai/gpt-oss-20b", { models: [{ name: "openai/gpt-oss-20b" }] }, "openai/openai/gpt-oss-20b"],
  ])("%s is found", async (name, script, opened) => {
    expect(await openIn([small], script, name)).toBe(opened);
  });

  it("refuses unknown names with those that it has", async () => {
    await expect(openIn([small], one, "openai/gone")).rejects.toThrow(/"gone".*"Qwen\/Qwen3-8B"/);
    await expect(openIn([small], one, "gone")).rejects.toThrow(/"gone".*"small:1b"/);
  });

  it("is in the list, with its windows", async () => {
    const names = await withBoth([small], { models: [{ name: "m", windowTokens: 8192 }] }, (directory) =>
      directory.list(signal),
    );
    expect(names).toMatchObject([
      { name: "small:1b" },
      { provider: "openai", name: "m", windowTokens: 8192 },
      { name: "rules" },
    ]);
  });
});

// One file is an adapter: nothing else is touched to have its models in the directory, in the list and in a chat.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chatToEnd, contractRequest } from "@outpost/testkit/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openModelDirectory } from "./directory.ts";
import { loadAdapter } from "./load-adapter.ts";

/** The whole of it, as docs/adding-a-model-server.md shows it. */
const echoAdapter = `
export const adapter = {
  createProvider({ name: provider, windowTokens = 8192 }) {
    const profile = { provider, name: "parrot", windowTokens, canCallTools: true, canThink: false };
    const model = {
      provider,
      name: "parrot",
      describe: async () => profile,
      async *chat(request, signal) {
        signal.throwIfAborted();
        const content = request.messages.at(-1).content;
        yield { kind: "content", text: content };
        const usage = { promptTokens: 1, outputTokens: 1, firstTokenMs: 0, totalMs: 0 };
        return { content, thinking: "", toolCalls: [], finishReason: "stop", usage };
      },
    };
    return {
      name: provider,
      open: async () => model,
      openDefault: async () => model,
      list: async () => [{ ...profile, isLoaded: true, sizeBytes: null }],
    };
  },
};
`;

const signal = new AbortController().signal;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-adapter-"));
  await writeFile(join(folder, "echo.mjs"), echoAdapter);
  await writeFile(join(folder, "empty.mjs"), "export const other = 1;\n");
});
afterAll(() => rm(folder, { recursive: true }));

describe("an adapter of one file", () => {
  it("has its models in the directory by name, by default, and in the list", async () => {
    const directory = await openModelDirectory({
      servers: [{ name: "echo", adapter: join(folder, "echo.mjs") }],
      windowTokens: 4096,
    });
    for (const name of ["echo/parrot", "parrot", undefined])
      expect(await directory.open(name, signal)).toMatchObject({ provider: "echo", name: "parrot" });
    expect(await directory.list(signal)).toMatchObject([{ provider: "echo", windowTokens: 4096 }, { name: "rules" }]);
    const chatted = await chatToEnd(await directory.open("echo/parrot", signal), contractRequest);
    expect(chatted.reply.content).toBe("go on");
  });

  it("is found by its file's name where it lies with the others", async () => {
    for (const name of ["ollama", "openai", "rules"])
      expect((await loadAdapter(name)).createProvider).toBeTypeOf("function");
  });

  it("that is none is refused, with those there are", async () => {
    const refusal = (name: string) => expect(loadAdapter(name)).rejects.toMatchObject({ code: "invalid_input" });
    await refusal("nothing");
    await refusal("../directory/directory");
    await refusal(join(folder, "gone.mjs"));
    await refusal(join(folder, "empty.mjs"));
    await expect(loadAdapter("nothing")).rejects.toThrow(/"nothing"; give ollama, openai, llama or rules/);
  });

  it("may not have the name of another server", async () => {
    const servers = [
      { name: "echo", adapter: join(folder, "echo.mjs") },
      { name: "echo", adapter: "rules" },
    ];
    await expect(openModelDirectory({ servers })).rejects.toThrow(/two model servers are called "echo"/);
  });
});

import { type OllamaScript, startOllamaTestServer } from "@outpost/testkit";
import { type ChatModelScenario, describeChatModelContract } from "@outpost/testkit/contracts";
import { createOllamaModel } from "./model.ts";

const coder = { name: "coder:7b", capabilities: ["completion", "tools", "thinking"] };
const call = { name: "read_file", arguments: { path: "src/app.ts" } };

const scripts: Record<Exclude<ChatModelScenario, "refused">, OllamaScript> = {
  text: { models: [coder], replies: [{ content: "It is in src/app.ts, line 3." }] },
  thinking: { models: [coder], replies: [{ thinking: "Where was it?", content: "In src/app.ts." }] },
  call: { models: [coder], replies: [{ toolCalls: [{ ...call, id: null }] }] },
  cut: {
    models: [coder],
    replies: [{ content: "It is in the file", fault: { type: "end", afterChunks: 2 } }],
  },
  length: { models: [coder], replies: [{ content: "It is", doneReason: "length" }] },
  unknown_model: { models: [{ name: "other:7b" }] },
  no_tools: { models: [{ ...coder, capabilities: ["completion"] }] },
  window: { models: [{ ...coder, contextLength: 64 }], mayOverflow: true },
  busy: {
    models: [coder],
    replies: [{ status: 503, error: "server busy, please try again.  maximum pending requests exceeded" }],
  },
  silent: { models: [coder], replies: [{ content: "late", delayBeforeHeadersMs: 1000 }] },
  hanging: { models: [coder], replies: [{ content: "It is in", fault: { type: "stall", afterChunks: 1 } }] },
};

describeChatModelContract({
  name: "ollama",
  without: [],
  async open(scenario) {
    const limits = scenario === "silent" ? { firstTokenTimeoutMs: 100 } : {};
    if (scenario === "refused") {
      const server = await startOllamaTestServer({ models: [] });
      await server.close();
      return { model: createOllamaModel({ baseUrl: server.url, name: coder.name }) };
    }
    const server = await startOllamaTestServer(scripts[scenario]);
    const model = createOllamaModel({ baseUrl: server.url, name: coder.name, ...limits });
    return { model, close: () => server.close() };
  },
});

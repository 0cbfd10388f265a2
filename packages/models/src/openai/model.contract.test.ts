import { type OpenAiFlavour, type OpenAiScript, startOpenAiTestServer } from "@outpost/testkit";
import { type ChatModelScenario, describeChatModelContract } from "@outpost/testkit/contracts";
import { createOpenAiModel } from "./model.ts";

const coder = { name: "coder-7b" };
const call = { name: "read_file", arguments: { path: "src/app.ts" } };

const scripts: Record<Exclude<ChatModelScenario, "refused">, OpenAiScript> = {
  text: { models: [coder], replies: [{ content: "It is in src/app.ts, line 3." }] },
  thinking: { models: [coder], replies: [{ thinking: "Where was it?", content: "In src/app.ts." }] },
  call: { models: [coder], replies: [{ toolCalls: [{ ...call, id: null }] }] },
  cut: { models: [coder], replies: [{ content: "It is in the file", fault: { type: "end", afterChunks: 3 } }] },
  length: { models: [coder], replies: [{ content: "It is", finishReason: "length" }] },
  unknown_model: { models: [{ name: "other-7b" }] },
  no_tools: { models: [{ ...coder, withoutTools: true }] },
  window: { models: [{ ...coder, windowTokens: 64 }], mayOverflow: true },
  busy: { models: [coder], replies: [{ status: 503, error: "Loading model" }] },
  silent: { models: [coder], replies: [{ content: "late", delayBeforeHeadersMs: 1000 }] },
  hanging: { models: [coder], replies: [{ content: "It is in", fault: { type: "stall", afterChunks: 2 } }] },
};

for (const flavour of ["llama.cpp", "vllm", "lmstudio"] satisfies OpenAiFlavour[])
  describeChatModelContract({
    name: `openai, as ${flavour} speaks it`,
    without: [],
    async open(scenario) {
      const limits = scenario === "silent" ? { firstTokenTimeoutMs: 100 } : {};
      if (scenario === "refused") {
        const server = await startOpenAiTestServer({ models: [] });
        await server.close();
        return { model: createOpenAiModel({ baseUrl: server.url, name: coder.name }) };
      }
      const server = await startOpenAiTestServer({ ...scripts[scenario], flavour });
      const model = createOpenAiModel({ baseUrl: server.url, name: coder.name, ...limits });
      return { model, close: () => server.close() };
    },
  });

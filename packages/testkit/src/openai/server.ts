// A scripted OpenAI-compatible server: a real HTTP server on loopback that speaks the real wire, with the habits of llama.cpp, vLLM or LM
// Studio. It generates nothing; it answers chats from the script, checks every request, counts prompt tokens with its own tokenizer, and
// fails a test (`finish`) whose script ran dry, has replies left, or whose requests break a rule.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { sendJson, sendText } from "../ollama/send.ts";
import { createScriptedCompletions, type ScriptedCompletions } from "./completions.ts";
import { modelsBody, propsBody, studioModelsBody } from "./models-wire.ts";
import type { OpenAiScript, RecordedCompletion } from "./script.ts";

export interface OpenAiTestServer {
  /** Ends in /v1. */
  readonly url: string;
  /** Chats that were not refused, in order. */
  readonly chats: RecordedCompletion[];
  /** "METHOD path" of every request, in order. */
  readonly requests: string[];
  readonly repliesLeft: number;
  /** Resolves when the client closed a chat's connection before its end; rejects after `timeoutMs` (default 5,000). */
  waitForAbort(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
  /** Closes, and throws with every problem that was seen. */
  finish(): Promise<void>;
}

export async function startOpenAiTestServer(script: OpenAiScript): Promise<OpenAiTestServer> {
  const completions = createScriptedCompletions(script);
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    requests.push(`${request.method} ${path}`);
    answer({ script, completions, path }, request, response).catch((error: unknown) => {
      completions.problems.push(`the test server failed: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    chats: completions.recorded,
    requests,
    get repliesLeft() {
      return completions.repliesLeft;
    },
    async waitForAbort(timeoutMs = 5000) {
      const deadline = Date.now() + timeoutMs;
      while (!completions.recorded.some((chat) => chat.aborted)) {
        if (Date.now() > deadline) throw new Error(`no client closed its connection within ${timeoutMs} ms`);
        await sleep(5);
      }
    },
    close,
    async finish() {
      await close();
      const left = completions.repliesLeft > 0 ? [`the script has ${completions.repliesLeft} replies left`] : [];
      const problems = [...completions.problems, ...left];
      if (problems.length > 0) throw new Error(`scripted openai server: ${problems.join("; ")}`);
    },
  };
}

interface Wire {
  script: OpenAiScript;
  completions: ScriptedCompletions;
  path: string;
}

async function answer({ script, completions, path }: Wire, request: IncomingMessage, response: ServerResponse) {
  const { apiKey, flavour } = script;
  if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
    const given = String(request.headers.authorization ?? "").replace("Bearer ", "");
    const error = { message: `Incorrect API key provided: ${given}.`, type: "invalid_request_error", code: null };
    return sendJson(response, 401, { error });
  }
  if (path === "/v1/chat/completions" && request.method === "POST")
    return completions.answer(await readBody(request), response);
  if (script.lookupDelayMs) await sleep(script.lookupDelayMs);
  const lookups: Record<string, unknown> = {
    ...(script.unlisted ? {} : { "/v1/models": modelsBody(script) }),
    ...(flavour === "llama.cpp" ? { "/props": propsBody(script), "/health": { status: "ok" } } : {}),
    ...(flavour === "lmstudio" ? { "/api/v0/models": studioModelsBody(script) } : {}),
  };
  if (!Object.hasOwn(lookups, path)) return sendText(response, 404, '{"detail":"Not Found"}');
  if (request.method !== "GET") return sendText(response, 405, '{"detail":"Method Not Allowed"}');
  return sendJson(response, 200, lookups[path]);
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return JSON.parse(text);
}

// A scripted Ollama: a real HTTP server on loopback that speaks the real wire. It generates nothing; it answers chats from the script,
// checks every request, counts prompt tokens with its own tokenizer, and fails a test (`finish`) whose script ran dry, has replies left,
// or whose requests break a rule.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createScriptedChats, type ScriptedChats } from "./chats.ts";
import { findModel, psBody, showBody, tagsBody } from "./models-wire.ts";
import type { OllamaScript, RecordedChat } from "./script.ts";
import { sendJson, sendText } from "./send.ts";

export interface OllamaTestServer {
  readonly url: string;
  /** Chats that were not refused, in order. */
  readonly chats: RecordedChat[];
  /** "METHOD path" of every request, in order. */
  readonly requests: string[];
  /** "NAME WINDOW" for every load: one more for every change of model or window. */
  readonly loads: string[];
  readonly repliesLeft: number;
  /** Resolves when the client closed a chat's connection before its end; rejects after `timeoutMs` (default 5,000). */
  waitForAbort(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
  /** Closes, and throws with every problem that was seen. */
  finish(): Promise<void>;
}

export async function startOllamaTestServer(script: OllamaScript): Promise<OllamaTestServer> {
  const chats = createScriptedChats(script);
  const requests: string[] = [];
  const routes = createRoutes(script, chats);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    requests.push(`${request.method} ${path}`);
    answer(routes[path], request, response).catch((error: unknown) => {
      chats.problems.push(`the test server failed: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(script.port ?? 0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    chats: chats.recorded,
    requests,
    loads: chats.loads,
    get repliesLeft() {
      return chats.repliesLeft;
    },
    async waitForAbort(timeoutMs = 5000) {
      const deadline = Date.now() + timeoutMs;
      while (!chats.recorded.some((chat) => chat.aborted)) {
        if (Date.now() > deadline) throw new Error(`no client closed its connection within ${timeoutMs} ms`);
        await sleep(5);
      }
    },
    close,
    async finish() {
      await close();
      const left = chats.repliesLeft > 0 ? [`the script has ${chats.repliesLeft} replies left`] : [];
      const problems = [...chats.problems, ...left];
      if (problems.length > 0) throw new Error(`scripted ollama: ${problems.join("; ")}`);
    },
  };
}

interface WireRoute {
  methods: string[];
  answer(body: Record<string, unknown>, response: ServerResponse): void | Promise<void>;
}

function createRoutes(script: OllamaScript, chats: ScriptedChats): Record<string, WireRoute> {
  const get = ["GET", "HEAD"];
  const lookup = (body: (given: Record<string, unknown>) => { status: number; body: unknown }) => {
    return async (given: Record<string, unknown>, response: ServerResponse) => {
      if (script.lookupDelayMs) await sleep(script.lookupDelayMs);
      const reply = body(given);
      sendJson(response, reply.status, reply.body);
    };
  };
  return {
    "/": { methods: get, answer: (_, response) => sendText(response, 200, "Ollama is running") },
    "/api/version": {
      methods: get,
      answer: lookup(() => ({ status: 200, body: { version: script.version ?? "0.32.7" } })),
    },
    "/api/tags": { methods: get, answer: lookup(() => ({ status: 200, body: tagsBody(script.models) })) },
    "/api/ps": { methods: ["GET"], answer: lookup(() => ({ status: 200, body: psBody(script.models) })) },
    "/api/show": {
      methods: ["POST"],
      answer: lookup((given) => {
        const model = findModel(script.models, given["model"]);
        if (model) return { status: 200, body: showBody(model) };
        return { status: 404, body: { error: `model '${String(given["model"])}' not found` } };
      }),
    },
    "/api/pull": { methods: ["POST"], answer: (given, response) => sendPull(script, given, response) },
    "/api/embed": {
      methods: ["POST"],
      answer: lookup((given) => {
        const texts = [given["input"]].flat().map(String);
        return script.embed?.(texts, given) ?? { status: 404, body: { error: `model '${given["model"]}' not found` } };
      }),
    },
    "/api/chat": { methods: ["POST"], answer: chats.answer },
  };
}

/** The first line goes out before anybody knows whether there is such a model. */
function sendPull({ pulls = {} }: OllamaScript, given: Record<string, unknown>, response: ServerResponse): void {
  const lines = pulls[String(given["model"] ?? given["name"])] ?? [
    { error: "pull model manifest: file does not exist" },
  ];
  response.writeHead(200, { "Content-Type": "application/x-ndjson" });
  response.end([{ status: "pulling manifest" }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(""));
}

async function answer(route: WireRoute | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!route) return sendText(response, 404, "404 page not found");
  if (!route.methods.includes(request.method ?? "")) return sendText(response, 405, "405 method not allowed");
  const body = request.method === "POST" ? await readBody(request) : {};
  if (typeof body === "string") return sendJson(response, 400, { error: body });
  await route.answer(body, response);
}

/** The parsed body, or the text of the refusal. */
async function readBody(request: IncomingMessage): Promise<Record<string, unknown> | string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  if (text === "") return "missing request body";
  try {
    return JSON.parse(text);
  } catch (error) {
    return String(error);
  }
}

// A scripted embedding server on loopback, as Ollama or an OpenAI-compatible server speaks. Its vectors are counts of hashed words, so that
// nearness means shared words. Faults on demand; texts over `maxCharacters` are refused in the server's words.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface EmbeddingScript {
  kind: "ollama" | "openai";
  maxCharacters?: number;
  /** What it answers to those. Default: as Ollama does. */
  tooLong?: { status: number; body: unknown };
  /** Texts of one request at most. */
  maxTexts?: number;
  /** Of the first requests behind the probe. */
  failFirst?: { times: number; status: number };
  /** A text with this in it breaks the whole request. */
  poison?: string;
  /** Default 400. */
  poisonStatus?: number;
}

export interface EmbeddingTestServer {
  url: string;
  /** How many texts each request held, refused ones included. */
  batches: number[];
  close(): Promise<void>;
}

const dimensions = 64;

export async function startEmbeddingTestServer(script: EmbeddingScript): Promise<EmbeddingTestServer> {
  const batches: number[] = [];
  const answer = (texts: string[]): { status: number; body: unknown } => {
    batches.push(texts.length);
    const { failFirst, maxTexts = 1000, maxCharacters = 1e9, poison, poisonStatus = 400 } = script;
    if (failFirst && batches.length > 1 && batches.length <= failFirst.times + 1)
      return { status: failFirst.status, body: { error: "busy" } };
    if (poison !== undefined && texts.some((text) => text.includes(poison)))
      return { status: poisonStatus, body: { error: "cannot embed this" } };
    if (texts.length > maxTexts || texts.some((text) => text.length > maxCharacters))
      return script.tooLong ?? { status: 400, body: { error: "the input length exceeds the context length" } };
    const vectors = texts.map(hashed);
    if (script.kind === "ollama") return { status: 200, body: { model: "embed", embeddings: vectors } };
    // The last first: who reads it has to look at the index.
    const data = vectors.map((embedding, index) => ({ object: "embedding", index, embedding })).reverse();
    return { status: 200, body: { object: "list", data } };
  };
  const paths = { ollama: "/api/embed", openai: "/v1/embeddings" };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const isEmbed = request.url === paths[script.kind];
    const isTags = request.url === "/api/tags";
    const tags = { models: [{ name: "embed:latest", digest: "d".repeat(64) }] };
    const { input } = text === "" ? { input: [] } : (JSON.parse(text) as { input: string[] });
    const { status, body } = isEmbed
      ? answer([input].flat())
      : { status: isTags ? 200 : 404, body: isTags ? tags : {} };
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    batches,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function hashed(text: string): number[] {
  const vector = Array.from({ length: dimensions }, () => 0.001);
  for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    let hash = 7;
    for (const character of word.slice(0, 40)) hash = (hash * 31 + character.charCodeAt(0)) % 9973;
    const at = hash % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  return vector;
}

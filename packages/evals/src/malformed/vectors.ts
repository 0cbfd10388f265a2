// A file of malformed replies: what a model sent, over which channel, and what it meant. Parsed once; the file is never part of this repository.
import { readFile } from "node:fs/promises";
import { OutpostError, ToolSchema } from "@outpost/protocol";

export interface ExpectedCall {
  name: string;
  arguments: Record<string, unknown>;
}

export interface Vector {
  id: string;
  category: string;
  /** The reply's text, the arguments of a call made over the wire, or a server's refusal. */
  channel: "content" | "arguments" | "http_error";
  raw: string;
  /** Of the call whose arguments these are. */
  name: string;
  finishReason: string;
  /** `content`: what is left of the text; undefined: it does not matter. */
  expect: { calls: ExpectedCall[]; content: string | undefined };
}

export interface VectorFile {
  tools: ToolSchema[];
  vectors: Vector[];
}

type Json = Record<string, unknown>;

/** Rejects with `invalid_input` when the file holds no vectors. */
export async function readVectors(path: string): Promise<VectorFile> {
  const file = record(JSON.parse(await readFile(path, "utf8")));
  const tools = ToolSchema.array().safeParse(file["tools"]);
  const vectors = list(file["vectors"]).flatMap((value) => parseVector(record(value)));
  if (tools.success && vectors.length > 0 && vectors.length === list(file["vectors"]).length)
    return { tools: tools.data, vectors };
  throw new OutpostError(
    "invalid_input",
    `"${path}" is no file of vectors: it needs tools, and vectors with channel, raw and expect`,
  );
}

function parseVector(vector: Json): Vector[] {
  const { id, category, channel, raw, name = "", finish_reason: finishReason = "" } = vector;
  const expected = record(vector["expect"]);
  if (typeof raw !== "string" || !Array.isArray(expected["calls"])) return [];
  if (channel !== "content" && channel !== "arguments" && channel !== "http_error") return [];
  const calls = list(expected["calls"]).map((call) => ({
    name: String(record(call)["name"]),
    arguments: record(record(call)["arguments"]),
  }));
  const content = typeof expected["content"] === "string" ? expected["content"] : undefined;
  const labels = { id: String(id), category: String(category), name: String(name), finishReason: String(finishReason) };
  return [{ ...labels, channel, raw, expect: { calls, content } }];
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

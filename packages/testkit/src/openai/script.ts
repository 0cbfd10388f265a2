// What a scripted OpenAI-compatible server has and says. Data only; the server turns it into bytes on the wire.

/** Whose habits the server has where they differ: how it tells the window, how it refuses. */
export type OpenAiFlavour = "llama.cpp" | "vllm" | "lmstudio" | "plain";

export interface OpenAiTestModel {
  name: string;
  /** The window of one request. Default 32,768. */
  windowTokens?: number;
  /** As a server that was started without what tool calls need. */
  withoutTools?: boolean;
  loaded?: boolean;
  /** As LM Studio lists them. */
  type?: "llm" | "embeddings";
  /** As a server that cuts prompts without a word. */
  cutsSilently?: boolean;
}

export interface OpenAiTestCall {
  name: string;
  arguments: unknown;
  /** Null: as servers that send none. */
  id?: string | null;
}

export type OpenAiFault =
  /** The stream ends: no finish_reason, no [DONE]. */
  | { type: "end"; afterChunks: number }
  /** An error inside of the stream, status 200. `named`: as `event: error`. */
  | { type: "error"; afterChunks: number; message: string; code?: number; named?: boolean }
  /** The connection is reset in the middle of a line. */
  | { type: "reset"; afterChunks: number }
  /** Nothing more comes, and the connection stays open. */
  | { type: "stall"; afterChunks: number }
  /** Data that is not JSON. */
  | { type: "garbage"; afterChunks: number };

/** How a server streams its calls. */
export type OpenAiCallShape =
  /** A first piece with id and name, then the arguments in pieces. */
  | "pieces"
  /** Each call in one piece. */
  | "whole"
  /** In pieces, without an index. */
  | "no-index"
  /** In pieces, every call with index 0. */
  | "zero-index"
  /** In pieces, with id and name on each. */
  | "repeated"
  /** Each call in one piece, its arguments a record. */
  | "record";

export interface OpenAiTestAnswer {
  content?: string;
  thinking?: string;
  /** Where thinking goes. Default "reasoning_content". */
  thinkingField?: "reasoning_content" | "reasoning";
  toolCalls?: OpenAiTestCall[];
  callShape?: OpenAiCallShape;
  /** Deltas as they are, after the content; for what no shape says. */
  deltas?: Record<string, unknown>[];
  /** Default: what is true. */
  finishReason?: string;
  /** Default true. */
  done?: boolean;
  /** Comments between the events, as servers send that keep connections open. */
  comments?: boolean;
  lineEnd?: "\n" | "\r\n";
  /** One line end between events instead of two. */
  crowded?: boolean;
  /** All at once as JSON, though a stream was asked for. */
  unstreamed?: boolean;
  pieceCharacters?: number;
  /** Bytes per write, through characters and lines. Default: an event. */
  writeBytes?: number;
  delayBeforeHeadersMs?: number;
  /** Instead of the server's own count; null: no usage at all. */
  promptTokens?: number | null;
  outputTokens?: number;
  fault?: OpenAiFault;
}

export type OpenAiTestReply =
  | OpenAiTestAnswer
  /** Refused before the stream. A string is the message of the usual error record. */
  | { status: number; error: string | Record<string, unknown>; delayBeforeHeadersMs?: number }
  /** Made from the request. */
  | ((chat: RecordedCompletion) => OpenAiTestAnswer);

export interface OpenAiScript {
  models: OpenAiTestModel[];
  flavour?: OpenAiFlavour;
  /** One per chat, in order. */
  replies?: OpenAiTestReply[];
  /** Refuse requests without it. */
  apiKey?: string;
  /** Refuse requests that have one of these fields. */
  refusedFields?: string[];
  /** As gateways that list nothing. */
  unlisted?: boolean;
  lookupDelayMs?: number;
  /** A prompt over the window is what this test is about, and no mistake. */
  mayOverflow?: boolean;
}

/** One chat as it was received. */
export interface RecordedCompletion {
  body: Record<string, unknown>;
  promptTokens: number;
  windowTokens: number;
  /** Whether the client closed the connection before the answer was complete. */
  aborted: boolean;
}

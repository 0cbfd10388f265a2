// What a scripted Ollama has and says. Data only; the server turns it into bytes on the wire.

export interface OllamaTestModel {
  name: string;
  /** Default: completion and tools. */
  capabilities?: string[];
  /** Trained length in tokens. Default 32,768. */
  contextLength?: number;
  /** As Ollama prints it: "7.6B". */
  parameterSize?: string;
  loaded?: boolean;
  /** Served by somebody else's machine. */
  remoteHost?: string;
  /** As older servers: neither capabilities nor lengths in /api/tags. */
  bareTags?: boolean;
  /** As servers before capabilities: a template, and no list of what the model can do anywhere. */
  template?: string;
  /** As servers that do not know `truncate: false`: a prompt over the window is cut without a word. */
  cutsSilently?: boolean;
}

export interface OllamaTestCall {
  name: string;
  arguments: unknown;
  /** Null: as servers that send none. */
  id?: string | null;
}

export type OllamaFault =
  /** The stream ends without `done`. */
  | { type: "end"; afterChunks: number }
  /** An error line, status 200. */
  | { type: "error"; afterChunks: number; message: string }
  /** The connection is reset in the middle of a line. */
  | { type: "reset"; afterChunks: number }
  /** Nothing more comes, and the connection stays open. */
  | { type: "stall"; afterChunks: number }
  /** A line that is not JSON. */
  | { type: "garbage"; afterChunks: number };

export interface OllamaTestAnswer {
  content?: string;
  thinking?: string;
  toolCalls?: OllamaTestCall[];
  /** Rendered templates send calls before the last chunk, native ones on it. Default "before". */
  callsOn?: "before" | "done";
  /** One chunk for each call, or all in one. Default "each". */
  callChunks?: "each" | "one";
  doneReason?: string;
  /** Characters of content per chunk. Default 8. */
  pieceCharacters?: number;
  /** Bytes per write, through characters and lines. Default: a line. */
  writeBytes?: number;
  delayBeforeHeadersMs?: number;
  /** Instead of the server's own count; null: left out, as the server does for zero. */
  promptTokens?: number | null;
  outputTokens?: number;
  fault?: OllamaFault;
}

export type OllamaTestReply =
  | OllamaTestAnswer
  /** Refused before the stream. A string is what `{"error": …}` holds. */
  | { status: number; error: string; delayBeforeHeadersMs?: number }
  /** Made from the request, where an answer depends on what was asked. */
  | ((chat: RecordedChat) => OllamaTestAnswer);

export interface OllamaScript {
  models: OllamaTestModel[];
  /** One per chat, in order. */
  replies?: OllamaTestReply[];
  version?: string;
  /** Of one that was there before; absent: any free one. */
  port?: number;
  /** What POST /api/pull says of a name, line by line; any other name is nobody's. */
  pulls?: Record<string, Record<string, unknown>[]>;
  /** Vectors of POST /api/embed; absent: 404, as for a model that is not there. */
  embed?: (texts: string[], body: Record<string, unknown>) => { status: number; body: unknown };
  /** Wait before every answer but chats. */
  lookupDelayMs?: number;
  /** A prompt over the window is what this test is about, and no mistake. */
  mayOverflow?: boolean;
}

/** One chat as it was received. */
export interface RecordedChat {
  body: Record<string, unknown>;
  promptTokens: number;
  windowTokens: number;
  /** Whether the client closed the connection before the answer was complete. */
  aborted: boolean;
}

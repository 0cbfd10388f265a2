// What the server's process and the one that runs a GGUF file say to each other. Both are of one build, over a channel nobody else has.

export interface LlamaSettings {
  /** A file URL: where node-llama-cpp was installed. */
  moduleUrl: string;
  modelPath: string;
  windowTokens: number;
  threads: number;
}

export interface LlamaTurn {
  role: "system" | "user" | "model";
  text: string;
}

export interface LlamaChatOrder {
  id: number;
  turns: LlamaTurn[];
  /** Absent: the model writes what it wants. */
  grammar?: string;
  maxTokens: number;
}

export type ToLlama = ({ type: "chat" } & LlamaChatOrder) | { type: "abort"; id: number };

export type FromLlama =
  | { type: "opened" }
  | { type: "failed"; message: string }
  | { type: "piece"; id: number; kind: "content" | "thinking"; text: string }
  | ({ type: "done"; id: number } & LlamaResult)
  /** The prompt is over the window. */
  | { type: "too_long"; id: number; promptTokens: number }
  | { type: "error"; id: number; message: string };

export interface LlamaResult {
  text: string;
  thinking: string;
  finishReason: "stop" | "length";
  promptTokens: number;
  outputTokens: number;
}

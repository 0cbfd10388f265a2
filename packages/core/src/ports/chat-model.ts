// The port of a language model that chats and calls tools. Adapters live in packages/models.
// An adapter knows its server's wire and nothing of tasks, events or budgets.
import type { ModelListing, ModelProfile, ModelReply, PullProgress, RawToolCall, ToolSchema } from "@outpost/protocol";

export type ChatMessage =
  | { role: "system" | "user"; content: string }
  | { role: "assistant"; content: string; toolCalls: RawToolCall[] }
  | { role: "tool"; content: string; toolCallId: string; toolName: string };

export interface ChatRequest {
  /** Exactly one system message, first. */
  messages: ChatMessage[];
  /** Sent on every turn, in the same order. Empty: no tools. */
  tools: ToolSchema[];
  /** Tokens; the same for every request of a run, because a change makes some servers load the model again. */
  windowTokens: number;
  /** Tokens of the reply, thinking included. */
  maxOutputTokens: number;
  /**
   * A JSON Schema of type object that the whole visible answer has to fit; never together with tools. Servers hold the model to it where
   * they can, and some only say so: check the answer. The schema is not put into the prompt.
   */
  responseSchema?: Record<string, unknown>;
  /** False: the model is asked not to think, where it can be asked. Absent: as it does by itself. */
  think?: boolean;
}

/** A piece of the answer as it comes; for the screen only. */
export interface ChatDelta {
  kind: "content" | "thinking";
  text: string;
}

export interface ChatModel {
  readonly provider: string;
  readonly name: string;
  /**
   * What the model can do and the window it will be asked for. Rejects with `not_found` (unknown model; the message names those
   * that exist and how to get one) or `unavailable` (no answer; retryable).
   */
  describe(signal: AbortSignal): Promise<ModelProfile>;
  /**
   * One call. Yields pieces, returns the whole. Rejects with: `not_found` unknown model; `invalid_input` the server refuses the
   * request as it is (no tool support, prompt over the window: `details.reason` is "no_tools" | "window"); `unavailable`
   * (retryable) connection refused or dropped before the first piece, 429, 5xx; `timeout` no first piece within the adapter's
   * limit. A stream that ends early after pieces came is not an error: the reply has `finishReason: "cut"`.
   * Aborting rejects with the signal's reason.
   */
  chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, ModelReply>;
}

/** Finds models by name. */
export interface ModelDirectory {
  /** `name`: "provider/name", a bare name, or undefined for the default. Rejects like `describe`. */
  open(name: string | undefined, signal: AbortSignal): Promise<ChatModel>;
  /** What is there right now; never rejects (a server that does not answer has no models). */
  list(signal: AbortSignal): Promise<ModelListing[]>;
  /** `name` as for `open`. Rejects with `invalid_input` where its server cannot get models, else like `ModelProvider.pull`. */
  pull(name: string, signal: AbortSignal): AsyncGenerator<PullProgress, void>;
  close(): Promise<void>;
}

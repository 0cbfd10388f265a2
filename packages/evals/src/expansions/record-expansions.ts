// Asks a language model for the words of labelled queries, as a server does, and hands each answer on as it comes.
import type { ChatModel, ChatRequest } from "@outpost/core";
import { composeExpansionPrompt, expansionSchema, readExpansion } from "@outpost/retrieval";
import type { RecordedExpansion } from "../retrieval/expansions.ts";
import type { LabelledRepository } from "../retrieval/labels.ts";

const maxOutputTokens = 400;

export interface RecordInput {
  repositories: readonly LabelledRepository[];
  /** Queries that have one already; they are not asked again. */
  known: ReadonlySet<string>;
  model: ChatModel;
  onRecorded: (recorded: RecordedExpansion) => void;
  /** The model said nothing that could be used. */
  onNothing: (query: string, answer: string) => void;
}

/** Rejects with what the model rejects with; what was handed on before is whole. */
export async function recordExpansions(input: RecordInput, signal: AbortSignal): Promise<void> {
  const { windowTokens } = await input.model.describe(signal);
  for (const { language, queries } of input.repositories) {
    for (const { query } of queries) {
      if (input.known.has(query)) continue;
      const { system, user } = composeExpansionPrompt(query, [language]);
      const messages: ChatRequest["messages"] = [
        { role: "system", content: system },
        { role: "user", content: user },
      ];
      const request = { messages, tools: [], windowTokens, maxOutputTokens, responseSchema: expansionSchema };
      const answer = await contentOf(input.model, { ...request, think: false }, signal);
      const expansion = readExpansion(answer);
      if (expansion === null) input.onNothing(query, answer);
      else input.onRecorded({ query, ...expansion });
    }
  }
}

async function contentOf(model: ChatModel, request: ChatRequest, signal: AbortSignal): Promise<string> {
  const pieces = model.chat(request, signal);
  for (;;) {
    const piece = await pieces.next();
    if (piece.done) return piece.value.content;
  }
}

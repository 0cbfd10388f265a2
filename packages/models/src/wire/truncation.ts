// Notices a server that cut the prompt without a word: one too old to know `truncate: false`. Pure.
// Counts of servers that leave a cached prefix out look the same as a cut; therefore only prompts near the window are judged.
import type { ChatRequest } from "@outpost/core";

const charactersPerToken = 4;
/** A prompt under this share of the window fits, however badly it was estimated. */
const nearWindow = 0.75;
const cutShare = 0.6;
/** A prompt of one long message is cut to half the window and a few tokens. */
const halfWindowSlack = 8;

export function looksTruncated(request: ChatRequest, promptTokens: number | null): boolean {
  if (promptTokens === null) return false;
  const estimate = estimatePromptTokens(request);
  if (estimate < request.windowTokens * nearWindow) return false;
  const fromHalf = Math.abs(promptTokens - (request.windowTokens / 2 + 2));
  return fromHalf <= halfWindowSlack || promptTokens < estimate * cutShare;
}

function estimatePromptTokens(request: ChatRequest): number {
  let characters = JSON.stringify(request.tools).length;
  for (const message of request.messages) {
    characters += message.content.length;
    if (message.role === "assistant" && message.toolCalls.length > 0)
      characters += JSON.stringify(message.toolCalls).length;
  }
  return Math.ceil(characters / charactersPerToken);
}

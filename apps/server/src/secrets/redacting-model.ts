// Model calls with known secrets taken out both ways: of the request before it leaves, of the pieces as they come, of the reply.
import type { ChatDelta, ChatRequest } from "@outpost/core";
import type { ModelService } from "../models/model-service.ts";
import type { Redactor } from "./redactor.ts";

export function redactingModels(models: ModelService, redactor: Redactor): ModelService {
  return {
    ...models,
    async chat(model, request, onDelta, signal) {
      const pieces = createPieces(redactor, onDelta);
      const messages: ChatRequest["messages"] = redactor.redactValue(request.messages);
      const reply = await models.chat(model, { ...request, messages }, (delta) => pieces.push(delta), signal);
      pieces.end();
      return redactor.redactValue(reply);
    },
  };
}

/** Content and thinking are two streams: what one holds back is not shown behind the other's. */
function createPieces(redactor: Redactor, onDelta: (delta: ChatDelta) => void) {
  const streams = { content: redactor.openStream(), thinking: redactor.openStream() };
  const give = (kind: ChatDelta["kind"], text: string): void => {
    if (text !== "") onDelta({ kind, text });
  };
  return {
    push: ({ kind, text }: ChatDelta) => give(kind, streams[kind].push(text)),
    end() {
      give("thinking", streams.thinking.end());
      give("content", streams.content.end());
    },
  };
}

// The process that runs one GGUF file: native code that may crash, block or eat memory does it here, and the server goes on.
// One answer at a time, in the order asked. Ends with the server.
import { type LlamaEngine, openLlamaEngine } from "./engine.ts";
import type { FromLlama, LlamaChatOrder, LlamaSettings, ToLlama } from "./messages.ts";

/** The last argument is the settings, as JSON. */
export function runLlamaProcess(): void {
  const settings = JSON.parse(process.argv.at(-1) ?? "{}") as LlamaSettings;
  const say = (message: FromLlama) => void process.send?.(message);
  const running = new Map<number, AbortController>();
  const opening = openLlamaEngine(settings);
  let last: Promise<unknown> = opening.then(
    () => say({ type: "opened" }),
    (error) => say({ type: "failed", message: messageOf(error) }),
  );
  process.on("disconnect", () => process.exit(0));
  process.on("message", (message: ToLlama) => {
    if (message.type === "abort") return running.get(message.id)?.abort(new Error("aborted"));
    const controller = new AbortController();
    running.set(message.id, controller);
    last = last
      .then(async () => answer(await opening, message, controller.signal, say))
      .catch((error: unknown) => say({ type: "error", id: message.id, message: messageOf(error) }))
      .finally(() => running.delete(message.id));
  });
}

async function answer(
  engine: LlamaEngine,
  order: LlamaChatOrder,
  signal: AbortSignal,
  say: (message: FromLlama) => void,
): Promise<void> {
  signal.throwIfAborted();
  const { id, turns, grammar } = order;
  const promptTokens = engine.countTokens(turns);
  const room = engine.windowTokens - promptTokens;
  if (room < Math.min(64, order.maxTokens)) return say({ type: "too_long", id, promptTokens });
  const written = { content: "", thinking: "" };
  let outputTokens = 0;
  const { finishReason } = await engine.generate(turns, {
    ...(grammar === undefined ? {} : { grammar }),
    maxTokens: Math.min(order.maxTokens, room),
    signal,
    onPiece({ kind, text, tokens }) {
      written[kind] += text;
      outputTokens += tokens;
      say({ type: "piece", id, kind, text });
    },
  });
  const { content: text, thinking } = written;
  say({ type: "done", id, text, thinking, finishReason, promptTokens, outputTokens });
}

function messageOf(error: unknown): string {
  return String((error as Error)?.message ?? error).slice(0, 500);
}

// Gets a model through an Ollama: POST /api/pull, a stream of states. What was loaded before an end is kept by the server, so asking again
// goes on from there. Knows nothing of who watches.
import { OutpostError, type PullProgress } from "@outpost/protocol";
import { isRecord } from "../reply/scan-json.ts";
import { openExchange } from "../wire/exchange.ts";
import { failureError, unreachable } from "./errors.ts";
import { type OllamaTransport, ServerRefusal } from "./transport.ts";

/** A registry that is slow to answer is silence. */
const silenceMs = 300_000;

export async function* pullModel(
  transport: OllamaTransport,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<PullProgress, void> {
  signal.throwIfAborted();
  const exchange = openExchange(signal, silenceMs);
  let isDone = false;
  try {
    const states = await transport.client(exchange.signal).pull({ model: name, stream: true });
    for await (const state of states) {
      exchange.extend(silenceMs);
      const progress = parseState(state);
      isDone ||= progress.status === "success";
      yield progress;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!isDone) throw explain(error, transport.address, name, exchange.timedOut);
  } finally {
    exchange.close();
  }
}

function explain(error: unknown, address: string, name: string, timedOut: boolean): OutpostError {
  const retryable = { retryable: true, cause: error };
  if (timedOut)
    return new OutpostError(
      "unavailable",
      `nothing more came of "${name}" within ${silenceMs} ms; pull it again`,
      retryable,
    );
  if (error instanceof ServerRefusal) return refusal(error.message, error.status, address, name, error);
  if (error instanceof Error && error.message.startsWith("Did not receive done"))
    return new OutpostError(
      "unavailable",
      `ollama at ${address} ended before "${name}" was whole; pull it again`,
      retryable,
    );
  if (error instanceof Error && error.constructor === Error)
    return refusal(error.message, undefined, address, name, error);
  return unreachable(address, error);
}

function refusal(
  text: string,
  status: number | undefined,
  address: string,
  name: string,
  cause: unknown,
): OutpostError {
  if (/file does not exist|not found|invalid model name/i.test(text))
    return new OutpostError(
      "not_found",
      `nobody has a model "${name}": ollama at ${address} says ${JSON.stringify(text.slice(0, 300))}`,
      { cause },
    );
  return failureError({ status, text }, address, name, cause);
}

function parseState(value: unknown): PullProgress {
  const state = isRecord(value) ? value : {};
  const bytes = (key: string) => (Number.isInteger(state[key]) ? Number(state[key]) : null);
  const totalBytes = bytes("total");
  return {
    status: typeof state["status"] === "string" ? state["status"] : "",
    completedBytes: totalBytes === null ? null : (bytes("completed") ?? 0),
    totalBytes,
  };
}

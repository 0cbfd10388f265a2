// What Ollama says when it will not or cannot answer, as OutpostError. The only place that knows its texts and statuses.
import { OutpostError } from "@outpost/protocol";
import { describeOthers } from "../wire/other-models.ts";
import { rootReason } from "../wire/root-reason.ts";

export interface ServerFailure {
  /** Undefined: it came inside a stream, or nothing answered at all. */
  status: number | undefined;
  text: string;
}

const windowTexts = [
  /exceeds? the available context size/i,
  /longer than the context length/i,
  /context size has been exceeded/i,
  // The server cut the prompt until the person's message was gone.
  /no user query found in messages/i,
];

export function failureError(failure: ServerFailure, address: string, name: string, cause?: unknown): OutpostError {
  const { status, text } = failure;
  const said = `ollama at ${address} says ${JSON.stringify(text.slice(0, 500))}`;
  if (windowTexts.some((pattern) => pattern.test(text))) return windowError(said, cause);
  if (/does not support tools/i.test(text))
    return new OutpostError(
      "invalid_input",
      `model "${name}" cannot call tools; choose one that can (\`ollama show NAME\` lists "tools" under capabilities): ${said}`,
      { details: { reason: "no_tools" }, cause },
    );
  if (status === 404 || /^model .* not found/i.test(text)) return notFound(said, name, address, [], cause);
  if (status === undefined || status === 429 || status >= 500)
    return new OutpostError("unavailable", said, { retryable: true, details: { status: status ?? null }, cause });
  if (status === 401) return new OutpostError("unauthorized", said, { details: { status }, cause });
  if (status === 403)
    return new OutpostError("forbidden", `${said}; it answers only to host names it was told of`, {
      details: { status },
      cause,
    });
  return new OutpostError("invalid_input", said, { details: { status }, cause });
}

export function windowError(said: string, cause?: unknown): OutpostError {
  return new OutpostError(
    "invalid_input",
    `the prompt is over the model's window; shorten it or raise the window: ${said}`,
    {
      details: { reason: "window" },
      cause,
    },
  );
}

export function notFound(said: string, name: string, address: string, names: string[], cause?: unknown): OutpostError {
  const others = describeOthers(names);
  const reason = said === "" ? "" : ` (${said})`;
  return new OutpostError(
    "not_found",
    `no model "${name}" at ollama ${address}${others.said}; get it with \`ollama pull ${name}\`${reason}`,
    { details: { models: others.names }, cause },
  );
}

export function unreachable(address: string, cause: unknown): OutpostError {
  return new OutpostError(
    "unavailable",
    `no answer from ollama at ${address} (${rootReason(cause)}); start it with \`ollama serve\`, or set its address`,
    { retryable: true, cause },
  );
}

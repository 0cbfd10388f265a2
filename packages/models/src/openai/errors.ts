// What OpenAI-compatible servers say when they will not or cannot answer, as OutpostError. The only place that knows their texts.
// Invariant: no message holds the API key, even where the server repeats it.
import { OutpostError } from "@outpost/protocol";
import { describeOthers } from "../wire/other-models.ts";
import { rootReason } from "../wire/root-reason.ts";

export interface ServerFailure {
  /** Undefined: it came inside a stream that did not say. */
  status: number | undefined;
  text: string;
}

export interface ServerName {
  address: string;
  model: string;
}

const windowTexts = [
  /exceeds? the available context size/i,
  /maximum context length/i,
  /context size has been exceeded/i,
  /context[_ ]length[_ ]exceeded|exceed_context_size/i,
  /longer than the (?:maximum )?(?:model|context) length/i,
  /exceeds? (?:the )?(?:model'?s? )?(?:maximum )?(?:context|input) (?:length|window|size)/i,
  /trying to keep the first \d+ tokens when context/i,
  /prompt (?:is )?too long|input is too long|too many tokens/i,
  /no user query found in messages/i,
];
const toolTexts = [
  /requires --enable-auto-tool-choice/i,
  /tools? param(?:eter)? requires --jinja/i,
  /does(?: not|n't) support (?:tools|tool[ _]?(?:use|call\w*)|function calling)/i,
  /tool(?:s|[ _]?(?:use|call\w*)) (?:is|are) not supported/i,
  /no endpoints found that support tool use/i,
];
const unknownModel =
  /model[^.]{0,200}(?:not found|does ?n[o']t exist|not exist|not (?:a )?valid|unknown|not loaded)|invalid model/i;

export function failureError(failure: ServerFailure, server: ServerName, cause?: unknown): OutpostError {
  const { status, text } = failure;
  const said = `the server at ${server.address} says ${JSON.stringify(text.slice(0, 500))}`;
  const fail = (code: ConstructorParameters<typeof OutpostError>[0], message: string, details = {}) =>
    new OutpostError(code, message, { details: { status: status ?? null, ...details }, cause });
  if (windowTexts.some((pattern) => pattern.test(text)))
    return fail(
      "invalid_input",
      `the prompt is over the model's window; shorten it, or start the server with a larger one: ${said}`,
      { reason: "window" },
    );
  if (toolTexts.some((pattern) => pattern.test(text)))
    return fail(
      "invalid_input",
      `model "${server.model}" cannot call tools as it is served; llama.cpp needs --jinja, vLLM needs --enable-auto-tool-choice and --tool-call-parser: ${said}`,
      { reason: "no_tools" },
    );
  if ((status === undefined || status === 404 || status === 400) && unknownModel.test(text))
    return notFound(said, server, [], cause);
  if (status === undefined || status === 408 || status === 429 || status >= 500)
    return new OutpostError("unavailable", said, { retryable: true, details: { status: status ?? null }, cause });
  if (status === 404) return fail("not_found", `there is no chat at this address, which often ends in /v1: ${said}`);
  if (status === 401) return fail("unauthorized", `${said}; set the API key's file (openaiApiKeyFile)`);
  return fail(status === 403 ? "forbidden" : "invalid_input", said);
}

export function notFound(said: string, server: ServerName, names: readonly string[], cause?: unknown): OutpostError {
  const others = describeOthers(names);
  const reason = said === "" ? "" : ` (${said})`;
  return new OutpostError(
    "not_found",
    `no model "${server.model}" at ${server.address}${others.said}; start the server with it, or name another${reason}`,
    { details: { models: others.names }, cause },
  );
}

export function unreachable(address: string, cause: unknown): OutpostError {
  return new OutpostError(
    "unavailable",
    `no answer from the model server at ${address} (${rootReason(cause)}); start it, or set its address`,
    { retryable: true, cause },
  );
}

/** What the model wrote, where a refusal says that the server could not parse it: llama.cpp puts it into the message. */
export function unparsedText(refusal: string): string | undefined {
  return /^[\s\S]{0,200}?Failed to parse input at pos \d+: ([\s\S]+)$/.exec(refusal)?.[1];
}

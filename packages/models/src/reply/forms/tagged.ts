// A call between tags or tokens that say so: `<tool_call>{…}</tool_call>` of Hermes and Qwen, and the marks that other families, servers
// and frameworks have for the same. What is inside: body.ts. The closing mark may be missing where the inside is whole.
import type { GivenCall } from "../understand-call.ts";
import { readBody } from "./body.ts";
import { type CallForm, type FormResult, matchAt, type Source, skipClosers, skipSpace } from "./form.ts";

const tags = /<(?:[\w-]+:)?(?:tool_?calls?|function_?calls?|tools?|tool_?uses?|tool_?code|call|function)>/iy;
const tokens =
  /<[|｜](?:tool[_▁ ]?calls?(?:[_▁ ]?start)?|python_tag|python_start|START_ACTION|action_start|tools_prefix)[|｜]>(?:\s*<[|｜](?:plugin|interpreter)[|｜]>)?|<start_function_call>|\[TOOL_CALLS?\]|\[TOOL_REQUEST\]|functools(?=\s*\[)/y;
const maxCalls = 64;

/** One envelope, with every call in it. */
function readEnvelope(open: RegExp) {
  return (source: Source, start: number): FormResult => {
    const { text } = source;
    let opened = matchAt(open, text, start);
    if (!opened) return undefined;
    let at = start + opened[0].length;
    // Doubled, as when the template opens it and the model does again.
    for (
      let again = matchAt(open, text, skipSpace(text, at));
      again && opened;
      again = matchAt(open, text, skipSpace(text, at))
    ) {
      if (at - start > 400) return undefined;
      at = skipSpace(text, at) + again[0].length;
      opened = again;
    }
    return readCalls(source, at);
  };
}

function readCalls(source: Source, start: number): FormResult {
  const calls: GivenCall[] = [];
  let at = start;
  while (calls.length < maxCalls) {
    const body = readBody(source, at);
    if (!body || body === "broken_off") {
      if (calls.length === 0) return body;
      break;
    }
    const end = skipClosers(source.text, body.end);
    calls.push(...body.calls);
    at = end;
    if (end > body.end) break;
  }
  return { calls, end: at };
}

export const tagForm: CallForm = { name: "tags", opens: tags, stands: "apart", read: readEnvelope(tags) };
export const tokenForm: CallForm = { name: "tokens", opens: tokens, stands: "anywhere", read: readEnvelope(tokens) };

// `✿FUNCTION✿: read_file` and `✿ARGS✿: {…}` on the next line, as Qwen-Agent taught Qwen 1.5 to 2.5.
import { readJson } from "../lenient-json.ts";
import { type CallForm, type FormResult, matchAt, type Source } from "./form.ts";

const opening = /✿FUNCTION✿\s*:?\s*([\w.:-]+)\s*✿ARGS✿\s*:?\s*/y;

function readQwenAgent({ text, tools, budget }: Source, start: number): FormResult {
  const opened = matchAt(opening, text, start);
  const name = opened?.[1];
  if (!opened || name === undefined || !tools.find(name)) return undefined;
  const at = start + opened[0].length;
  if (at >= text.length) return "broken_off";
  const read = readJson(text, at, budget);
  return read && { calls: [{ name, arguments: read.value, doubt: read.doubt }], end: read.end };
}

export const qwenAgentForm: CallForm = {
  name: "qwen-agent",
  opens: /✿FUNCTION✿/y,
  stands: "anywhere",
  read: readQwenAgent,
};

// A call that begins with its name in some marks, and goes on with its arguments as JSON.

import type { Doubt } from "../doubt.ts";
import { readJson } from "../lenient-json.ts";
import { type FormResult, matchAt, type Source } from "./form.ts";

interface NamedJson {
  name: string;
  arguments: unknown;
  doubt: Doubt;
  /** Behind the JSON. */
  end: number;
}

/** `opening`: sticky; its first or second group is the name. Whoever reads the form says what may follow. */
export function readNamedJson(
  opening: RegExp,
  { text, tools, budget }: Source,
  start: number,
  finish: (call: NamedJson) => FormResult,
): FormResult {
  const opened = matchAt(opening, text, start);
  const name = opened?.[1] ?? opened?.[2];
  if (!opened || name === undefined || !tools.find(name)) return undefined;
  const at = start + opened[0].length;
  if (at >= text.length) return "broken_off";
  const read = readJson(text, at, budget);
  return read && finish({ name, arguments: read.value, doubt: read.doubt, end: read.end });
}

// `<tool_call>read_file <arg_key>path</arg_key> <arg_value>a</arg_value> </tool_call>`, as GLM 4.5 and later write it.
import { type CallForm, type FormResult, matchAt, type Source, skipClosers, skipSpace } from "./form.ts";

const opening = /<tool_call>\s*([\w.:-]+)\s*(?=<arg_key>|<\/tool_call>)/y;
const key = /\s*<arg_key>\s*([^<>]{1,100}?)\s*<\/arg_key>\s*<arg_value>/y;
const closing = /\s*<\/tool_call>/y;
const valueEnd = "</arg_value>";
const maxArguments = 64;

function readGlm(source: Source, start: number): FormResult {
  const { text, tools } = source;
  const opened = matchAt(opening, text, start);
  const name = opened?.[1];
  if (!opened || name === undefined || !tools.find(name)) return undefined;
  const values = new Map<string, string>();
  let at = start + opened[0].length;
  while (values.size < maxArguments) {
    const found = matchAt(key, text, at);
    if (!found) break;
    const from = at + found[0].length;
    const end = endOfValue(text, from);
    if (end < 0) return { calls: [{ name, arguments: {}, doubt: "unterminated" }], end: text.length };
    const value = text
      .slice(from, end)
      .replace(/^\r?\n/, "")
      .replace(/\r?\n$/, "");
    values.set(found[1] ?? "", value);
    at = end + valueEnd.length;
  }
  const closed = matchAt(closing, text, at);
  const isEnd = closed !== undefined || skipSpace(text, at) >= text.length;
  const doubt = isEnd && !(source.isCut && !closed) ? "none" : "unterminated";
  const end = at + (closed?.[0].length ?? 0);
  return { calls: [{ name, arguments: Object.fromEntries(values), doubt }], end: skipClosers(text, end) };
}

/** The closing tag that a further key, the end of the call or of the text follows: a value may hold the tag itself. */
function endOfValue(text: string, from: number): number {
  for (let at = text.indexOf(valueEnd, from); at >= 0; at = text.indexOf(valueEnd, at + 1)) {
    const behind = skipSpace(text, at + valueEnd.length);
    if (behind >= text.length || text.startsWith("<arg_key>", behind) || text.startsWith("</", behind)) return at;
  }
  return -1;
}

export const glmXmlForm: CallForm = { name: "glm-xml", opens: opening, stands: "apart", read: readGlm };

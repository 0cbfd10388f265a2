// Calls of gpt-oss: a message on the channel "commentary" that is addressed to a function; with its tokens, or after a server has eaten
// them. The channel "analysis" is thinking, and nothing on it is a call.
import { readJson } from "../lenient-json.ts";
import { type CallForm, type FormResult, matchAt, type Source, skipClosers } from "./form.ts";

const addressee = String.raw`to=(?:functions\.)?([\w.-]+)`;
const tail = String.raw`\s*(?:<\|constrain\|>)?\s*(?:json|code)?\s*<\|message\|>\s*`;
const withTokens = new RegExp(
  `(?:<\\|start\\|>\\s*assistant)?\\s*(?:${addressee}\\s*)?<\\|channel\\|>\\s*commentary\\s*(?:${addressee})?${tail}`,
  "y",
);
const without = new RegExp(`(?:assistant)?commentary\\s+${addressee}\\s*(?:json|code)?\\s*(?=\\{)`, "y");

function readWith(pattern: RegExp) {
  return (source: Source, start: number): FormResult => {
    const { text, tools, budget } = source;
    const opened = matchAt(pattern, text, start);
    const name = opened?.[1] ?? opened?.[2];
    if (!opened || name === undefined || !tools.find(name)) return undefined;
    const at = start + opened[0].length;
    if (at >= text.length) return "broken_off";
    const read = readJson(text, at, budget);
    if (!read) return undefined;
    return { calls: [{ name, arguments: read.value, doubt: read.doubt }], end: skipClosers(text, read.end) };
  };
}

export const harmonyForm: CallForm = {
  name: "harmony",
  opens: /(?:<\|start\|>\s*assistant)?\s*(?:to=[\w.-]+\s*)?<\|channel\|>\s*commentary/y,
  stands: "anywhere",
  read: readWith(withTokens),
};
export const harmonyTextForm: CallForm = {
  name: "harmony-text",
  opens: without,
  stands: "apart",
  read: readWith(without),
};

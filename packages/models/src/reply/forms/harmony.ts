// Calls of gpt-oss: a message on the channel "commentary" that is addressed to a function; with its tokens, or after a server has eaten
// them. The channel "analysis" is thinking, and nothing on it is a call.
import { type CallForm, type FormResult, type Source, skipClosers } from "./form.ts";
import { readNamedJson } from "./named-json.ts";

const addressee = String.raw`to=(?:functions\.)?([\w.-]+)`;
const tail = String.raw`\s*(?:<\|constrain\|>)?\s*(?:json|code)?\s*<\|message\|>\s*`;
const withTokens = new RegExp(
  `(?:<\\|start\\|>\\s*assistant)?\\s*(?:${addressee}\\s*)?<\\|channel\\|>\\s*commentary\\s*(?:${addressee})?${tail}`,
  "y",
);
const without = new RegExp(`(?:assistant)?commentary\\s+${addressee}\\s*(?:json|code)?\\s*(?=\\{)`, "y");

function readWith(opening: RegExp) {
  return (source: Source, start: number): FormResult =>
    readNamedJson(opening, source, start, ({ end, ...call }) => ({
      calls: [call],
      end: skipClosers(source.text, end),
    }));
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

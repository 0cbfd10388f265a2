// A code block with nothing in it but calls. A block in another language, or with anything else in it, is quoted text.
import type { GivenCall } from "../understand-call.ts";
import { readBody } from "./body.ts";
import { type CallForm, type FormResult, matchAt, type Source, skipClosers, skipSpace } from "./form.ts";
import { glmXmlForm } from "./glm-xml.ts";
import { tagForm, tokenForm } from "./tagged.ts";
import { toolNameXmlForm } from "./tool-name-xml.ts";

const opening = /(`{3,}|~{3,})[ \t]*([\w+.-]*)[ \t]*\r?\n/y;
const labels = new Set([
  ...["", "json", "jsonc", "json5", "tool", "tool_call", "tool_calls", "tool_code", "tool_use", "function_call", "xml"],
]);
const pythonLabels = new Set(["tool_code", "tool_call", "tool_calls", "tool", ""]);
const inner: CallForm[] = [glmXmlForm, tagForm, tokenForm, toolNameXmlForm];
const maxCalls = 64;

function readFenced(source: Source, start: number): FormResult {
  const { text } = source;
  const opened = matchAt(opening, text, start);
  const [, fence = "", label = ""] = opened ?? [];
  if (!opened || !labels.has(label.toLowerCase())) return undefined;
  const calls: GivenCall[] = [];
  let at = start + opened[0].length;
  for (;;) {
    at = skipSpace(text, at);
    // A missing end is harmless where the text ends with a whole call.
    if (at >= text.length && calls.length > 0) return { calls, end: at };
    if (text.startsWith(fence, at)) return calls.length > 0 ? { calls, end: at + fence.length } : undefined;
    const read = readInner(source, at, label);
    if (!read || read === "broken_off" || calls.length > maxCalls) return undefined;
    calls.push(...read.calls);
    at = skipClosers(text, read.end);
  }
}

function readInner(source: Source, at: number, label: string): FormResult {
  const character = source.text[at] ?? "";
  if (/[A-Za-z_]/.test(character) && !pythonLabels.has(label.toLowerCase())) return undefined;
  if (character !== "<") return readBody(source, at);
  for (const form of inner)
    if (matchAt(form.opens, source.text, at)) {
      const read = form.read(source, at);
      if (read) return read;
    }
  return readBody(source, at);
}

export const fencedForm: CallForm = { name: "fence", opens: opening, stands: "apart", read: readFenced };

// Goes through a reply's text once, from left to right, and finds printed calls in any form of the table. Steps over what is no call
// whatever it looks like: thinking, code blocks, inline code, quoted lines, and everything behind an answer that the model made up for a tool.
// Linear: every reading is paid from the source's budget. Knows nothing of schemas.

import { fencedForm } from "./forms/fenced.ts";
import { type CallForm, matchAt, type Source, skipClosers } from "./forms/form.ts";
import { callForms } from "./forms/table.ts";
import { isExplainedBehind, isQuotedAt, isShown, mayStandBehind, standsApart } from "./quoting.ts";
import { thinkingCloseAt, thinkingOpenAt } from "./thinking-marks.ts";
import type { GivenCall } from "./understand-call.ts";

export interface FoundCalls {
  form: CallForm;
  start: number;
  end: number;
  calls: GivenCall[];
}

export interface ScannedText {
  found: FoundCalls[];
  /** A call was begun with its mark, and the text ended. */
  isBrokenOff: boolean;
  /** Where made-up tool answers begin, or the text's length. */
  end: number;
}

const marks = /\n[ \t\r\n]*|[`<✿◁]|\[(?=\/?T)|functools(?=\s*\[)/g;
const fence = /(`{3,}|~{3,})[^\n`]*(?:\n|$)/y;
const madeUp =
  /(?:\*{0,2}(?:Observation|User|Human)\*{0,2}\s*:|<tool_(?:response|result|output)s?>|\[TOOL_RESULTS\]|<function_results?>|✿RESULT✿|<[|｜](?:im_start|start_header_id)[|｜]>\s*(?:user|tool|ipython)|<[|｜]start[|｜]>\s*(?:functions|user)|<[|｜]tool[_▁ ]outputs?[_▁ ]begin[|｜]>|<[|｜](?:User|observation|user)[|｜]>)/y;
const shownBlock = /<(code|pre|samp|kbd|examples?|quote|blockquote)>/iy;
const maxInlineCode = 2000;
const maxFound = 64;
const maxTries = 20_000;

export function scanText(source: Source): ScannedText {
  const { text, budget } = source;
  const scan: ScannedText = { found: [], isBrokenOff: false, end: text.length };
  let at = matchAt(/\s*/y, text, 0)?.[0].length ?? 0;
  let isLineStart = true;
  for (
    let tries = 0;
    at < text.length && tries < maxTries && !budget.isSpent && scan.found.length < maxFound;
    tries++
  ) {
    const next = takeStep(source, scan, at, isLineStart);
    if (next === "stop") break;
    marks.lastIndex = next ?? at + 1;
    const mark = marks.exec(text);
    if (!mark) break;
    isLineStart = mark[0].startsWith("\n");
    at = isLineStart ? marks.lastIndex : mark.index;
  }
  return scan;
}

/** Where to go on; undefined: one further. */
function takeStep(source: Source, scan: ScannedText, at: number, isLineStart: boolean): number | "stop" | undefined {
  const { text } = source;
  if (isLineStart && text[at] === ">") return endOfLine(text, at);
  const opened = thinkingOpenAt(text, at);
  if (opened) {
    const close = text.indexOf(opened.close, at + opened.open.length);
    return close < 0 ? "stop" : close + opened.close.length;
  }
  const closed = thinkingCloseAt(text, at);
  if (closed) {
    // It was opened in the prompt: what came until here was thinking.
    scan.found.length = 0;
    scan.isBrokenOff = false;
    return at + closed.close.length;
  }
  if (matchAt(madeUp, text, at)) {
    if (scan.found.length === 0) return undefined;
    scan.end = at;
    return "stop";
  }
  const shown = endOfShownBlock(text, at);
  if (shown !== undefined) return shown;
  const blocked = isLineStart ? matchAt(fence, text, at)?.[1] : undefined;
  if (blocked !== undefined) return tryForm(source, scan, fencedForm, at) ?? endOfFence(text, at, blocked);
  if (text[at] === "`") return endOfInlineCode(text, at);
  for (const form of callForms) {
    const next =
      form === fencedForm || !mayBegin(form, text, at, isLineStart) ? undefined : tryForm(source, scan, form, at);
    if (next !== undefined) return next;
  }
  return undefined;
}

function mayBegin(form: CallForm, text: string, at: number, isLineStart: boolean): boolean {
  if (!matchAt(form.opens, text, at) || isQuotedAt(text, at)) return false;
  return form.stands === "anywhere" || isLineStart || (form.stands === "apart" && standsApart(text, at));
}

/** Behind the calls that the form reads at `at`. */
function tryForm(source: Source, scan: ScannedText, form: CallForm, at: number): number | undefined {
  const { text, budget } = source;
  if (!budget.spend(1)) return undefined;
  const read = form.read(source, at);
  if (!read) return undefined;
  if (form.stands !== "anywhere" && isShown(text, at)) return undefined;
  if (form === fencedForm && read !== "broken_off" && isExplainedBehind(text, read.end)) return undefined;
  if (read === "broken_off") {
    scan.isBrokenOff = true;
    return undefined;
  }
  const end = form.stands === "last" ? skipClosers(text, read.end) : read.end;
  if (form.stands === "last" && !mayStandBehind(withoutMadeUp(text, end))) return undefined;
  scan.found.push({ form, start: at, end, calls: read.calls });
  return end;
}

function withoutMadeUp(text: string, start: number): string {
  const behind = matchAt(/\s*/y, text, start)?.[0].length ?? 0;
  return matchAt(madeUp, text, start + behind) ? "" : text.slice(start, start + 1000);
}

function endOfLine(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 ? text.length : newline;
}

/** Behind an HTML comment, or markup that shows its content. */
function endOfShownBlock(text: string, at: number): number | undefined {
  const [, tag] = matchAt(shownBlock, text, at) ?? [];
  const close = tag === undefined ? "-->" : `</${tag}>`;
  if (tag === undefined && !text.startsWith("<!--", at)) return undefined;
  const end = text.indexOf(close, at);
  return end < 0 ? undefined : end + close.length;
}

function endOfFence(text: string, start: number, mark: string): number {
  for (let at = endOfLine(text, start); at < text.length; at = endOfLine(text, at + 1)) {
    const line = matchAt(/\n[ \t]*([`~]{3,})[ \t]*\r?(?=\n|$)/y, text, at);
    if (line?.[1]?.startsWith(mark)) return at + line[0].length;
  }
  return text.length;
}

function endOfInlineCode(text: string, at: number): number {
  const run = matchAt(/`+/y, text, at)?.[0] ?? "`";
  const from = at + run.length;
  const paragraph = text.slice(from, from + maxInlineCode).split(/\n\s*\n/, 1)[0] ?? "";
  const close = paragraph.indexOf(run);
  return close < 0 ? from : from + close + run.length;
}

// What a form of printed call is: how it begins, where it may stand, and how it is read. One file a form; table.ts lists them.
import type { Budget } from "../budget.ts";
import type { GivenCall, ToolIndex } from "../understand-call.ts";

export interface Source {
  text: string;
  tools: ToolIndex;
  budget: Budget;
  /** The reply ran out of its budget or its connection: what is not closed was cut. */
  isCut: boolean;
}

export interface FormReading {
  /** At least one, whole or with its doubt. */
  calls: GivenCall[];
  /** Behind the call and what closes it. */
  end: number;
}

/** `broken_off`: it began, and the text ended before it said what. */
export type FormResult = FormReading | "broken_off" | undefined;

export interface CallForm {
  name: string;
  /** Sticky. */
  opens: RegExp;
  /**
   * `anywhere`: its marker is a token that no prose holds. `apart`: at the start of a line, or behind the end of a sentence.
   * `last`: alone on its lines, and nothing but an announcement behind it.
   */
  stands: "anywhere" | "apart" | "last";
  read(source: Source, start: number): FormResult;
}

/** The sticky expression's match at `at`. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

export function skipSpace(text: string, at: number): number {
  return at + (matchAt(/\s*/y, text, at)?.[0].length ?? 0);
}

/** Tags and tokens that close calls, or lists of them, or the turn. */
const closers =
  /(?:\s*(?:<\/(?:[\w-]+:)?(?:tool_?calls?|function_?calls?|functions?|tools?|tool_?uses?|tool_?code|call|invoke|parameter)>|<\/?[|｜][^|｜<>]{1,40}[|｜](?:[\w▁]{1,20})?>|<\/s>|<eos>|<end_of_turn>|<end_function_call>|\[\/?(?:END_)?TOOL_(?:CALLS?|REQUEST)\]))+/iy;

/** Behind the closing tags and tokens at `at`. Openers of a further call are not among them. */
export function skipClosers(text: string, at: number): number {
  const found = matchAt(closers, text, at)?.[0] ?? "";
  const further =
    /<[|｜]?(?:tool[_▁ ]?call[_▁ ]?begin|channel|start|python_tag|tool_call|tool_call_start|START_ACTION|im_start|start_header_id|[Uu]ser|observation)[|｜]>|\[TOOL_CALLS?\]|\[TOOL_REQUEST\]/.exec(
      found,
    );
  return at + (further ? further.index : found.length);
}

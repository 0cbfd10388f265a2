// Separates thinking at the start of an answer (`<think>…</think>`, and the marks of other families) from the answer, piece by piece as
// it streams. Marks further in are text: an answer may talk about them. Invariant: thinking + content, in order, is everything that came,
// without the marks.
import type { ChatDelta } from "@outpost/core";
import { thinkingMarks, thinkingOpenAt } from "./thinking-marks.ts";

const open = "<think>";
const close = "</think>";

export interface ThinkingSplitter {
  push(piece: string): ChatDelta[];
  /** What was held back until now. Call once, at the end. */
  end(): ChatDelta[];
}

export function createThinkingSplitter(): ThinkingSplitter {
  let phase: "start" | "thinking" | "gap" | "content" = "start";
  let held = "";
  let closing = close;

  const deltas = (kind: ChatDelta["kind"], text: string): ChatDelta[] => (text === "" ? [] : [{ kind, text }]);

  function pushStart(): ChatDelta[] {
    const text = held.trimStart();
    const opened = thinkingOpenAt(text, 0);
    if (opened) {
      held = text.slice(opened.open.length);
      closing = opened.close;
      phase = "thinking";
      return pushThinking();
    }
    if (thinkingMarks.some((mark) => text.length < mark.open.length && mark.open.startsWith(text))) return [];
    phase = "content";
    return release("content");
  }

  function pushThinking(): ChatDelta[] {
    const at = held.indexOf(closing);
    if (at >= 0) {
      const thought = held.slice(0, at);
      held = held.slice(at + closing.length);
      phase = "gap";
      return [...deltas("thinking", thought), ...pushGap()];
    }
    // The last characters may be the beginning of the closing mark.
    const keep = longestSuffixThatStarts(held, closing);
    const thought = held.slice(0, held.length - keep);
    held = held.slice(held.length - keep);
    return deltas("thinking", thought);
  }

  function pushGap(): ChatDelta[] {
    held = held.trimStart();
    if (held === "") return [];
    phase = "content";
    return release("content");
  }

  function release(kind: ChatDelta["kind"]): ChatDelta[] {
    const text = held;
    held = "";
    return deltas(kind, text);
  }

  return {
    push(piece) {
      held += piece;
      if (phase === "start") return pushStart();
      if (phase === "thinking") return pushThinking();
      if (phase === "gap") return pushGap();
      return release("content");
    },
    end() {
      return release(phase === "thinking" ? "thinking" : "content");
    },
  };
}

function longestSuffixThatStarts(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--)
    if (tag.startsWith(text.slice(text.length - length))) return length;
  return 0;
}

/** The same for a whole answer. */
export function separateThinking(answer: string): { thinking: string; content: string } {
  const splitter = createThinkingSplitter();
  const separated = { thinking: "", content: "" };
  for (const delta of [...splitter.push(answer), ...splitter.end()]) separated[delta.kind] += delta.text;
  return separated;
}

/**
 * Some templates put the opening tag into the prompt, so that an answer begins inside the thinking. Only the whole answer shows it:
 * a closing tag without an opening one.
 */
export function separateHeadlessThinking(content: string): { thinking: string; content: string } {
  const at = content.indexOf(close);
  if (at < 0 || content.includes(open)) return { thinking: "", content };
  return { thinking: content.slice(0, at).trim(), content: content.slice(at + close.length).trimStart() };
}

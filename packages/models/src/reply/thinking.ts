// Separates `<think>…</think>` at the start of an answer from the answer, piece by piece as it streams. Tags further in are text:
// an answer may talk about them. Invariant: thinking + content, in order, is everything that came, without the tags.
import type { ChatDelta } from "@outpost/core";

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

  const deltas = (kind: ChatDelta["kind"], text: string): ChatDelta[] => (text === "" ? [] : [{ kind, text }]);

  function pushStart(): ChatDelta[] {
    const text = held.trimStart();
    if (text.startsWith(open)) {
      held = text.slice(open.length);
      phase = "thinking";
      return pushThinking();
    }
    if (text.length < open.length && open.startsWith(text)) return [];
    phase = "content";
    return release("content");
  }

  function pushThinking(): ChatDelta[] {
    const at = held.indexOf(close);
    if (at >= 0) {
      const thought = held.slice(0, at);
      held = held.slice(at + close.length);
      phase = "gap";
      return [...deltas("thinking", thought), ...pushGap()];
    }
    // The last characters may be the beginning of the closing tag.
    const keep = longestSuffixThatStarts(held, close);
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

/**
 * Some templates put the opening tag into the prompt, so that an answer begins inside the thinking. Only the whole answer shows it:
 * a closing tag without an opening one.
 */
export function separateHeadlessThinking(content: string): { thinking: string; content: string } {
  const at = content.indexOf(close);
  if (at < 0 || content.includes(open)) return { thinking: "", content };
  return { thinking: content.slice(0, at).trim(), content: content.slice(at + close.length).trimStart() };
}

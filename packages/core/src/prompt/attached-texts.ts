// The texts that came with a task, as its goal shows them: marked as data, cut to a share of the window. Pure.
import type { Fold, RunState } from "../fold/state.ts";
import { shareWindow } from "./budget.ts";
import { markData } from "./mark-data.ts";
import { charactersFor, cutMiddle } from "./tokens.ts";

export function attachedTexts(state: Fold, run: RunState): string[] {
  const attachments = state.spec.attachments ?? [];
  const tokens = Math.floor(shareWindow(run.model.windowTokens).hits / Math.max(1, attachments.length));
  return attachments.map(({ name, text }) => {
    const shown = cutMiddle(text, charactersFor(tokens, text), "the text is longer than its share of the window");
    return `Attached, from outside:\n${markData(run.dataMark, shown, name)}`;
  });
}

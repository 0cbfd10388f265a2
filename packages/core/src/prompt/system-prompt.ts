// The system prompt. Short on purpose: a local model's window is small, and every token here is paid at every step.
import { conductOf, type ModelProfile, type Workflow } from "@outpost/protocol";
import { compactBelowTokens } from "./budget.ts";
import { describeDataMark } from "./mark-data.ts";

const shared = (
  dataMark: string,
) => `You are Outpost, a coding agent working in a private copy of a repository. Work in small steps: look, act, check.
Call tools; do not describe calls in prose. Before each step you are shown code that may be relevant; read a file before you edit it.
${dataMark}
Paths are relative to the repository's root. A failed call tells you why: change something before you repeat it.`;

const byWorkflow: Record<Workflow, string> = {
  edit: `Make the change the task asks for, and nothing else. Keep the style of the code around it. Run the tests before you finish when there are any.
When you are done, or cannot go on, call finish with a short summary that says what you changed, what the tests said, and what is left; give it the risks and the tests that are missing.`,
  ask: `Answer the question from the code. You cannot change anything. Look until you know; then call finish with the answer as summary, and citations (path, start_line, end_line) for each claim. Say what you could not find.`,
};

const compactShared = (
  dataMark: string,
) => `You are Outpost, a coding agent in a copy of a repository. One small step at a time: read, edit, test. Call tools; do not describe calls.
${dataMark} A failed call says why: change something before you repeat it.`;

const compactByWorkflow: Record<Workflow, string> = {
  edit: "Change only what the task asks for. Read few lines at a time. Run the tests, then call finish with a short summary.",
  ask: "Answer from the code; change nothing. Then call finish with the answer.",
};

const wholeFiles =
  "To change a file of under 150 lines, give the whole of it with write_file; in longer ones replace text with edit_file.";

/** `dataMark`: the run's own word; see mark-data.ts. */
export function composeSystemPrompt(workflow: Workflow, model?: ModelProfile, dataMark = ""): string {
  const dataLine = describeDataMark(dataMark);
  const isCompact = model !== undefined && model.windowTokens < compactBelowTokens;
  const parts = isCompact
    ? [compactShared(dataLine), compactByWorkflow[workflow]]
    : [shared(dataLine), byWorkflow[workflow]];
  const prefersWhole = model !== undefined && workflow === "edit" && conductOf(model).editFormat === "whole";
  return [...parts, ...(prefersWhole ? [wholeFiles] : [])].join("\n");
}

// The walk through a change, part by part, as `git add -p` does it: shows one, asks, goes on. Knows no server and no terminal: how a part
// is shown, who is asked and what edits lines come in.
import type { ChangeFile, Hunk, HunkVerdict } from "@outpost/protocol";

/** A hunk, or a file that has none. */
export interface Part {
  file: ChangeFile;
  hunk: Hunk | null;
}

export interface WalkPorts {
  /** Before each question. */
  show(part: Part, index: number, total: number): void;
  say(text: string): void;
  /** Null: the person is gone, which ends the walk. */
  ask(question: string): Promise<string | null>;
  /** The hunk's new lines as the person left them; null when that did not work. */
  edit(part: { file: ChangeFile; hunk: Hunk }): Promise<string[] | null>;
}

export interface WalkResult {
  hunks: Record<string, HunkVerdict>;
  files: Record<string, HunkVerdict>;
  /** Ended before the last part. */
  wasQuit: boolean;
}

export const walkHelp = [
  "y  accept this one",
  "n  reject it, and say why",
  "a  accept it and all that follows in this file",
  "d  reject it and all that follows in this file, and say why",
  "e  edit its new lines, then accept them",
  "q  quit; what is decided so far is kept, the rest waits",
  "?  this help",
].join("\n");

export async function walkHunks(parts: readonly Part[], ports: WalkPorts): Promise<WalkResult> {
  const result: WalkResult = { hunks: {}, files: {}, wasQuit: false };
  const decide = ({ file, hunk }: Part, verdict: HunkVerdict): void => {
    if (hunk) result.hunks[hunk.id] = verdict;
    else result.files[file.path] = verdict;
  };
  for (let index = 0; index < parts.length; ) {
    const part = parts[index] as Part;
    ports.show(part, index, parts.length);
    const answer = await askAbout(part, ports);
    if (answer === null) return { ...result, wasQuit: true };
    const count = answer.isForFile ? countOfFile(parts, index) : 1;
    for (const other of parts.slice(index, index + count)) decide(other, answer.verdict);
    index += count;
  }
  return result;
}

function countOfFile(parts: readonly Part[], from: number): number {
  const { path } = (parts[from] as Part).file;
  const end = parts.findIndex(({ file }, index) => index > from && file.path !== path);
  return (end < 0 ? parts.length : end) - from;
}

interface Answer {
  verdict: HunkVerdict;
  isForFile: boolean;
}

/** Null: quit. */
async function askAbout(part: Part, ports: WalkPorts): Promise<Answer | null> {
  const { hunk, file } = part;
  const letters = hunk && isEditable(file) ? "y,n,a,d,e,q,?" : "y,n,a,d,q,?";
  for (;;) {
    const given = await ports.ask(`accept ${hunk ? "this hunk" : "this file"} [${letters}]?`);
    if (given === null) return null;
    const letter = given.toLowerCase();
    if (letter === "q") return null;
    if (letter === "y" || letter === "a") return { verdict: { decision: "accept" }, isForFile: letter === "a" };
    if (letter === "n" || letter === "d") return { verdict: await rejection(ports), isForFile: letter === "d" };
    if (letter === "e" && hunk && isEditable(file)) {
      const lines = await ports.edit({ file, hunk });
      if (lines) return { verdict: acceptEdited(hunk, lines), isForFile: false };
    } else ports.say(walkHelp);
  }
}

async function rejection({ ask }: WalkPorts): Promise<HunkVerdict> {
  const reason = await ask("why? The model is told (Enter: no reason):");
  return reason ? { decision: "reject", reason } : { decision: "reject" };
}

/** Unchanged lines are the hunk as it was proposed. */
function acceptEdited(hunk: Hunk, lines: string[]): HunkVerdict {
  const proposed = newLinesOf(hunk);
  const isSame = lines.length === proposed.length && lines.every((line, index) => line === proposed[index]);
  return isSame ? { decision: "accept" } : { decision: "accept", lines };
}

/** Context and added lines, without signs. */
export function newLinesOf({ lines }: Hunk): string[] {
  return lines.filter((line) => line.startsWith(" ") || line.startsWith("+")).map((line) => line.slice(1));
}

/** A symlink is its target, and no text. */
function isEditable({ oldMode, newMode }: ChangeFile): boolean {
  return oldMode !== "120000" && newMode !== "120000";
}

// An intent as a clause of an instruction: what a plan's step says. A text of one short line parses back to the same intent.
import { show } from "../edits/outcome.ts";
import type { Anchor, Intent } from "../instruction/intents.ts";

const longest = 60;

export function describeIntent(intent: Intent): string {
  switch (intent.type) {
    case "replace": {
      const where = intent.everywhere ? " everywhere" : intent.file === null ? "" : ` in ${intent.file}`;
      return `replace ${quote(intent.old)} with ${quote(intent.new)}${where}`;
    }
    case "rename":
      return `rename ${intent.from} to ${intent.to}${intent.path === null ? "" : ` in ${intent.path}`}`;
    case "insert":
      return `${intent.at === "end" ? "append" : "prepend"} ${quote(intent.text)} to ${intent.file}`;
    case "insert_at":
      return `insert ${quote(intent.text)} ${intent.side} ${describeAnchor(intent.anchor)} in ${intent.file}`;
    case "create":
      return `create file ${intent.file}${intent.text === "" ? "" : ` with ${quote(intent.text)}`}`;
    case "remove_lines":
      return `delete lines ${intent.from}-${intent.to} from ${intent.file}`;
    case "remove_text":
      return `remove ${intent.wholeLines ? "lines containing " : ""}${quote(intent.text)} from ${intent.file}`;
    case "test":
      return "run the tests";
    case "commit":
      return intent.message === null ? "commit" : `commit with message ${quote(intent.message)}`;
  }
}

function describeAnchor(anchor: Anchor): string {
  return anchor.type === "line" ? `line ${anchor.line}` : quote(anchor.text);
}

function quote(text: string): string {
  return text.includes("\n") || text.length > longest ? show(text) : `"${text.replaceAll('"', '\\"')}"`;
}

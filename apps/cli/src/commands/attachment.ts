// A text from outside that goes with a task, read where the CLI runs.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Attachment, limits, OutpostError } from "@outpost/protocol";

/** `-`: standard input. Throws `invalid_input` for what cannot be read, is no text, or is empty or too long. */
export function readAttachment(path: string): Attachment {
  const name = path === "-" ? "standard input" : basename(path);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path === "-" ? 0 : path));
  } catch (cause) {
    throw new OutpostError("invalid_input", `--attach "${path}" cannot be read as text`, { cause });
  }
  if (text.trim() === "") throw new OutpostError("invalid_input", `--attach "${path}" is empty`);
  if (text.length <= limits.attachmentCharacters) return { name, text };
  throw new OutpostError(
    "invalid_input",
    `--attach "${path}" has ${text.length} characters, over the limit of ${limits.attachmentCharacters}; give the part that matters`,
  );
}

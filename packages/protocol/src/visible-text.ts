// Makes what a reader cannot see in foreign text visible (`\x1b`, `\u202e`, `\u{e0041}`), so that nothing can hide from a model or a person,
// or steer a terminal: C0 and C1 controls, marks of direction, zero-width and filler characters, tags, variation selectors.
// Newline and tab stay; CRLF counts as a newline; joiners stay within an emoji. Doing it twice gives what doing it once gave.
// Not covered: letters that only look like others.

const hidden =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\u034f|\u180b|\u180c|\u180d|\u180f|[\ufe00-\ufe0d]/gu;
const joiner = "\u200d";
const beforeJoiner = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)$/u;
const afterJoiner = /^\p{Extended_Pictographic}/u;
/** Colours, cursor moves, titles, links, clipboard and device strings: both the forms with ESC and those of C1. */
const terminalSequence =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9b-\x9f]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]+[0-~]|\x1b[0-Z\\^-~]/g;

export function makeVisible(text: string): string {
  const lines = text.replaceAll("\r\n", "\n");
  return lines.replaceAll(hidden, (character, at: number) =>
    character === joiner && isWithinEmoji(lines, at) ? character : nameOf(character),
  );
}

/** Of a path or a name, which stand on one line beside others: a newline or tab in it is shown as well, so that it makes no line of its own. */
export function makeNameVisible(name: string): string {
  return makeVisible(name).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

export function stripTerminalSequences(text: string): string {
  return text.replaceAll(terminalSequence, "");
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0d) return "\\r";
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}

function isWithinEmoji(text: string, at: number): boolean {
  return beforeJoiner.test(text.slice(Math.max(0, at - 2), at)) && afterJoiner.test(text.slice(at + 1, at + 3));
}

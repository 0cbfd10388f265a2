// Makes control characters of foreign text visible (`\x1b`, `\u202e`), so that nothing can hide from a reader or steer a terminal.
// Newline and tab stay; CRLF counts as a newline. Also takes terminal colours out of command output, where they carry no text.

const hidden = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const terminalSequence = /\x1b(?:\[[0-9;:?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Za-z0-9])/g;

export function makeVisible(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(hidden, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0x0d) return "\\r";
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

export function stripTerminalSequences(text: string): string {
  return text.replaceAll(terminalSequence, "");
}

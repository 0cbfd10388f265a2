// Colours, only where a terminal shows them.
import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

export interface Paint {
  readonly isTerminal: boolean;
  (format: Format, text: string): string;
}

/** NO_COLOR and a pipe switch colours off. */
export function createPaint(stream: NodeJS.WriteStream): Paint {
  const isTerminal = stream.isTTY === true;
  const hasColours = isTerminal && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  const paint = (format: Format, text: string): string => (hasColours ? styleText(format, text) : text);
  return Object.assign(paint, { isTerminal });
}

/** What came from a repository or a model must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}

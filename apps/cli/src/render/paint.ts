// Colours and widths, only where a terminal shows them.
import { styleText } from "node:util";
import { makeNameVisible, makeVisible } from "@outpost/protocol";

export type Format = Parameters<typeof styleText>[0];

export interface Paint {
  readonly isTerminal: boolean;
  /** Of the terminal as it is now; infinite where there is none, so that nothing is cut or wrapped in a pipe. */
  readonly columns: number;
  (format: Format, text: string): string;
}

interface PaintSettings {
  isTerminal: boolean;
  hasColours: boolean;
  columns: () => number;
}

/** NO_COLOR and a pipe switch colours off; FORCE_COLOR keeps them in a pipe. */
export function createPaint(stream: NodeJS.WriteStream): Paint {
  const isTerminal = stream.isTTY === true;
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = Boolean(FORCE_COLOR) && FORCE_COLOR !== "0";
  return composePaint({
    isTerminal,
    hasColours: !NO_COLOR && (isForced || (isTerminal && TERM !== "dumb")),
    columns: () => (isTerminal ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY),
  });
}

export function composePaint({ isTerminal, hasColours, columns }: PaintSettings): Paint {
  const paint = (format: Format, text: string): string =>
    hasColours ? styleText(format, text, { validateStream: false }) : text;
  return Object.defineProperties(paint, {
    isTerminal: { value: isTerminal },
    columns: { get: columns },
  }) as Paint;
}

/** What came from a repository or a model must not steer the terminal, nor hide from its reader. */
export const printable = makeVisible;
/** The same of a path or a name, which has no lines. */
export const printableName = makeNameVisible;

/** Byte for byte for a pipe, where git may take it; on a terminal nothing in it steers. */
export function patchText(patch: string, isTerminal = process.stdout.isTTY === true): string {
  const text = patch.replace(/\n$/, "");
  return isTerminal ? printable(text) : text;
}

// A piece of an answer as an adapter read it from its wire, in words that are the same for every server.

export interface PieceCall {
  id: string | undefined;
  name: string;
  /** A record, or whatever came in its place. */
  arguments: unknown;
}

export interface ReplyPiece {
  content: string;
  thinking: string;
  /** Whole ones. */
  calls: PieceCall[];
  /** The server says that the answer ends here, and why: "length" when its budget ran out. */
  done: boolean;
  doneReason: string | undefined;
  /** Null: not said. */
  promptTokens: number | null;
  outputTokens: number | null;
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : null;
}

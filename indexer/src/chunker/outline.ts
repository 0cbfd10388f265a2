// What the chunker needs of a syntax tree, whoever parsed it. Lines are 1-based and inclusive.
import type { DefinitionKind } from "@outpost/protocol";
import type { LineTable } from "./lines.ts";

export interface SyntaxNode {
  readonly type: string;
  readonly startLine: number;
  readonly endLine: number;
  /** In order, tokens included; none of a node that stands in one line. Only asked of nodes that are too large for one chunk. */
  children(): readonly SyntaxNode[];
}

export interface Definition {
  name: string;
  kind: DefinitionKind;
  /** Where the name stands. */
  nameLine: number;
  /** What encloses it although it stands elsewhere: a method's receiver. */
  scope?: string;
  startLine: number;
  endLine: number;
  /** Where it stands in the text, half-open, where that is known: definitions of one line are told apart by it. */
  span?: { start: number; end: number };
}

export interface Outline {
  /** Of the text. */
  lines: LineTable;
  root: SyntaxNode;
  /** In the order of the text; an outer one before what it holds. */
  definitions: readonly Definition[];
  hasErrors: boolean;
  /** Node types that belong to what follows them. */
  leading: ReadonlySet<string>;
}

/** A contiguous run of lines on its way to be a chunk. */
export interface Piece {
  startLine: number;
  endLine: number;
}

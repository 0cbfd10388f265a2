// What is used of a syntax tree, whichever build of tree-sitter made it: native code or WebAssembly. Rows, columns and indices are 0-based.

export interface TreePoint {
  row: number;
  column: number;
}

export interface TreeNode {
  readonly type: string;
  readonly text: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: TreePoint;
  readonly hasError: boolean;
  readonly isError: boolean;
  readonly isMissing: boolean;
  readonly children: readonly TreeNode[];
  readonly lastNamedChild: TreeNode | null;
  childForFieldName(name: string): TreeNode | null;
  walk(): TreeCursor;
}

/** Stands at one node of a tree, and goes on without making an object of any. */
export interface TreeCursor {
  readonly nodeType: string;
  /** Equal numbers, equal types, within one grammar. */
  readonly nodeTypeId: number;
  readonly startIndex: number;
  readonly endIndex: number;
  /** The number of the node among all, in the order of the text; the root's is 0. */
  readonly currentDescendantIndex: number;
  /** False, and where it was, when there is none. */
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoDescendant(index: number): void;
}

export interface TreeMatch {
  captures: readonly { name: string; node: TreeNode }[];
}

/** One grammar with its query, ready to parse. */
export interface LoadedGrammar {
  by: "native" | "wasm";
  /** The root, valid until the next call; null when it took too long. */
  parse(text: string): TreeNode | null;
  matches(root: TreeNode): readonly TreeMatch[];
}

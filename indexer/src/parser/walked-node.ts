// A syntax tree as the chunker sees it, read with a cursor: making an object of every node that is looked at costs more than parsing does.
import type { SyntaxNode } from "../chunker/outline.ts";
import type { TreeCursor, TreeNode } from "./syntax-tree.ts";

/** Valid as long as the root is. */
export function walkTree(root: TreeNode): SyntaxNode {
  return new Walk(root.walk()).here();
}

class Walk {
  private readonly cursor: TreeCursor;
  /** By number of the type: asking for a name makes a new text each time. */
  private readonly typeNames: (string | undefined)[] = [];

  constructor(cursor: TreeCursor) {
    this.cursor = cursor;
  }

  here(): SyntaxNode {
    const { cursor } = this;
    const startLine = cursor.startPosition.row + 1;
    const { row, column } = cursor.endPosition;
    const endLine = Math.max(startLine, column === 0 ? row : row + 1);
    const typeId = cursor.nodeTypeId;
    this.typeNames[typeId] ??= cursor.nodeType;
    return new WalkedNode(this, cursor.currentDescendantIndex, this.typeNames[typeId], startLine, endLine);
  }

  childrenOf(index: number): readonly SyntaxNode[] {
    const { cursor } = this;
    cursor.gotoDescendant(index);
    const children: SyntaxNode[] = [];
    if (!cursor.gotoFirstChild()) return children;
    do children.push(this.here());
    while (cursor.gotoNextSibling());
    return children;
  }
}

class WalkedNode implements SyntaxNode {
  readonly type: string;
  readonly startLine: number;
  readonly endLine: number;
  private readonly walk: Walk;
  private readonly index: number;
  private known: readonly SyntaxNode[] | undefined;

  constructor(walk: Walk, index: number, type: string, startLine: number, endLine: number) {
    this.walk = walk;
    this.index = index;
    this.type = type;
    this.startLine = startLine;
    this.endLine = endLine;
  }

  children(): readonly SyntaxNode[] {
    this.known ??= this.walk.childrenOf(this.index);
    return this.known;
  }
}

// A syntax tree as the chunker sees it, read with a cursor: making an object of every node that is looked at costs more than parsing does,
// and asking the tree for lines more than counting them.
import type { LineTable } from "../chunker/lines.ts";
import type { SyntaxNode } from "../chunker/outline.ts";
import type { TreeCursor, TreeNode } from "./syntax-tree.ts";

/** Valid as long as the root is. `lines`: of the parsed text. */
export function walkTree(root: TreeNode, lines: LineTable): SyntaxNode {
  return new Walk(root.walk(), lines).here();
}

/** Where a node is that is never opened. */
const nowhere = -1;
const noNodes: readonly SyntaxNode[] = [];

class Walk {
  private readonly cursor: TreeCursor;
  private readonly lines: LineTable;
  /** By number of the type: asking for a name makes a new text each time. */
  private readonly typeNames: (string | undefined)[] = [];

  constructor(cursor: TreeCursor, lines: LineTable) {
    this.cursor = cursor;
    this.lines = lines;
  }

  here(): SyntaxNode {
    const { cursor } = this;
    const { startLine, endLine } = this.lines.linesOf(cursor.startIndex, cursor.endIndex);
    const typeId = cursor.nodeTypeId;
    this.typeNames[typeId] ??= cursor.nodeType;
    const index = endLine > startLine ? cursor.currentDescendantIndex : nowhere;
    return new WalkedNode(this, index, this.typeNames[typeId], startLine, endLine);
  }

  childrenOf(index: number): readonly SyntaxNode[] {
    const { cursor } = this;
    cursor.gotoDescendant(index);
    if (!cursor.gotoFirstChild()) return noNodes;
    const children: SyntaxNode[] = [];
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
    if (this.index === nowhere) return noNodes;
    this.known ??= this.walk.childrenOf(this.index);
    return this.known;
  }
}

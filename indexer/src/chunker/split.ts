// Cuts a syntax tree into pieces along its nodes: what fits in a chunk stays whole, what does not is cut between its children, and what
// has none (a long literal) between lines. Works on whole lines, so nodes that share a line are never parted, and the pieces tile the
// region exactly, whatever the tree looks like.
import { chunkLimits } from "./limits.ts";
import type { LineTable } from "./lines.ts";
import { mergePieces } from "./merge.ts";
import type { Piece, SyntaxNode } from "./outline.ts";

export interface SplitContext {
  lines: LineTable;
  leading: ReadonlySet<string>;
  /** By line: how many definitions are named in the lines up to it; 0 first. */
  definitionsBefore: Uint32Array;
}

/** Lines of one or several nodes of a level; `nodesEndLine` is where the last of them really ends, before blank lines. */
interface Block extends Piece {
  nodes: SyntaxNode[];
  nodesEndLine: number;
  /** Only comments, decorators and the like. */
  isLeading: boolean;
}

/** The pieces of a whole tree, tiling lines 1 to the last. */
export function splitTree(root: SyntaxNode, context: SplitContext): Piece[] {
  if (context.lines.count === 0) return [];
  return splitNodes(root.children(), { startLine: 1, endLine: context.lines.count }, context, 0);
}

function splitNodes(nodes: readonly SyntaxNode[], region: Piece, context: SplitContext, depth: number): Piece[] {
  const blocks = tile(nodes, region, context);
  const groups = blocks.map((block) => splitBlock(block, context, depth));
  return mergePieces(groups, depth > 0, context);
}

function splitBlock(block: Block, context: SplitContext, depth: number): Piece[] {
  const { lines } = context;
  if (block.startLine === block.endLine || lines.weightOf(block.startLine, block.endLine) <= chunkLimits.maxWeight) {
    return [block];
  }
  let nodes: readonly SyntaxNode[] = block.nodes;
  for (let level = depth; level < chunkLimits.maxDepth; level++) {
    const inner = nodes.flatMap((node) => (node.endLine > node.startLine ? openNode(node) : [node]));
    if (inner.length === nodes.length && inner.every((node, index) => node === nodes[index])) break;
    nodes = inner;
    if (tile(nodes, block, context).length > 1) return splitNodes(nodes, block, context, level + 1);
  }
  return cutLines(block, lines);
}

function openNode(node: SyntaxNode): readonly SyntaxNode[] {
  const children = node.children();
  return children.length === 0 ? [node] : children;
}

/** Groups nodes into blocks that share no line and tile the region; blank and unclaimed lines go to the block before them. */
function tile(nodes: readonly SyntaxNode[], region: Piece, { leading }: SplitContext): Block[] {
  const blocks: Block[] = [];
  let last: Block | undefined;
  for (const node of nodes) {
    const { startLine, endLine } = node;
    if (startLine > region.endLine || endLine < region.startLine) continue;
    if (last !== undefined && (startLine <= last.nodesEndLine || isLead(last, startLine))) {
      last.nodes.push(node);
      last.nodesEndLine = Math.max(last.nodesEndLine, endLine);
      last.isLeading &&= leading.has(node.type);
    } else {
      last = { startLine, endLine: 0, nodes: [node], nodesEndLine: endLine, isLeading: leading.has(node.type) };
      blocks.push(last);
    }
  }
  const first = blocks[0];
  if (!first) {
    const { startLine, endLine } = region;
    return [{ startLine, endLine, nodes: [], nodesEndLine: endLine, isLeading: false }];
  }
  first.startLine = region.startLine;
  for (let index = 0; index < blocks.length; index++) {
    (blocks[index] as Block).endLine = (blocks[index + 1]?.startLine ?? region.endLine + 1) - 1;
  }
  return blocks;
}

/** Whether what a block holds belongs to the node that begins in this line: it stands right above. */
function isLead({ isLeading, nodesEndLine }: Block, startLine: number): boolean {
  return isLeading && startLine === nodesEndLine + 1;
}

/** Cuts a region by weight alone. */
export function cutLines(region: Piece, lines: LineTable): Piece[] {
  const pieces: Piece[] = [];
  let startLine = region.startLine;
  for (let line = region.startLine + 1; line <= region.endLine; line++) {
    if (lines.weightOf(startLine, line) <= chunkLimits.maxWeight) continue;
    pieces.push({ startLine, endLine: line - 1 });
    startLine = line;
  }
  pieces.push({ startLine, endLine: region.endLine });
  return pieces;
}

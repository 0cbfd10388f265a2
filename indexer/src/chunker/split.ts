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
  /** Lines on which the name of a definition stands. */
  isDefinitionLine: (line: number) => boolean;
}

/** Lines of one or several nodes of a level; `nodesEndLine` is where the last of them really ends, before blank lines. */
interface Block extends Piece {
  nodes: SyntaxNode[];
  nodesEndLine: number;
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
function tile(nodes: readonly SyntaxNode[], region: Piece, context: SplitContext): Block[] {
  const blocks: Block[] = [];
  for (const node of nodes) {
    if (node.startLine > region.endLine || node.endLine < region.startLine) continue;
    const last = blocks.at(-1);
    if (last && (node.startLine <= last.nodesEndLine || isLead(last, node, context))) {
      last.nodes.push(node);
      last.nodesEndLine = Math.max(last.nodesEndLine, node.endLine);
    } else {
      blocks.push({ startLine: node.startLine, endLine: 0, nodes: [node], nodesEndLine: node.endLine });
    }
  }
  const first = blocks[0];
  if (!first) return [{ ...region, nodes: [], nodesEndLine: region.endLine }];
  first.startLine = region.startLine;
  for (const [index, block] of blocks.entries()) {
    block.endLine = (blocks[index + 1]?.startLine ?? region.endLine + 1) - 1;
  }
  return blocks;
}

/** Whether a block holds only comments, decorators and the like that stand right above the node. */
function isLead(block: Block, node: SyntaxNode, { leading }: SplitContext): boolean {
  return node.startLine === block.nodesEndLine + 1 && block.nodes.every(({ type }) => leading.has(type));
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

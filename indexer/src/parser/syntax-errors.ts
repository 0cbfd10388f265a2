// Where a tree is broken, for a person or a model to mend: the first places that the parser could make nothing of, or where something is
// missing. Bounded; reads only the branches that hold an error.
import type { TreeNode } from "./syntax-tree.ts";

export interface BrokenPlace {
  /** 1-based. */
  line: number;
  text: string;
}

const maxErrors = 3;
const maxNodes = 20_000;
const shownCharacters = 80;

export function findSyntaxErrors(root: TreeNode, source: string): BrokenPlace[] {
  if (!root.hasError) return [];
  const lines = source.split("\n");
  const errors: BrokenPlace[] = [];
  const open = [root];
  for (let seen = 0; open.length > 0 && errors.length < maxErrors && seen < maxNodes; seen++) {
    const node = open.pop();
    if (!node) break;
    const line = node.startPosition.row + 1;
    const shown = (lines[line - 1] ?? "").trim().slice(0, shownCharacters);
    if (isAbsent(node))
      errors.push({ line, text: `${JSON.stringify(node.type)} is missing in ${JSON.stringify(shown)}` });
    else if (node.isError) errors.push({ line, text: `cannot be read: ${JSON.stringify(shown)}` });
    else open.push(...node.children.filter((child) => child.hasError || child.isMissing).reverse());
  }
  return errors;
}

/** Some grammars put what is missing into a token that is not shown: then the node around it is there and has no text. */
function isAbsent(node: TreeNode): boolean {
  return node.isMissing || (node.hasError && !node.isError && node.startIndex === node.endIndex);
}

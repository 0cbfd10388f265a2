// Grammars as native code: the fast way, where there is a build of tree-sitter and of the grammar for this machine.
import type { Grammar } from "../languages/language.ts";
import { parseWithin, sliceMicroseconds } from "./parse-within.ts";
import type { LoadedGrammar, TreeNode } from "./syntax-tree.ts";

/**
 * A tree remembers every node that was looked at by a weak reference, so that the same node is the same object; nobody here asks for that,
 * and making and collecting the references costs more than looking at the nodes.
 */
const keepsNoNodes = { _cacheNode: () => {}, _cacheNodes: () => {} };

/** For each type of node named here a class is compiled; nobody here asks for their fields by name. */
const noNodeClasses = { nodeTypeInfo: [] };

/** Rejects when tree-sitter or the grammar cannot be loaded here. */
export async function loadNativeGrammar(grammar: Grammar, timeoutMs: number): Promise<LoadedGrammar> {
  const { default: Parser } = await import("tree-sitter");
  type Native = InstanceType<typeof Parser>;
  const language = (await grammar.load()) as NonNullable<Parameters<Native["setLanguage"]>[0]>;
  const parser = new Parser();
  parser.setLanguage(Object.assign(language, noNodeClasses));
  parser.setTimeoutMicros(sliceMicroseconds(timeoutMs));
  const query = new Parser.Query(language, grammar.query);
  return {
    by: "native",
    parse(text) {
      // The buffer holds UTF-16 units; tree-sitter asks for the text again from where a smaller one ended.
      const bufferSize = Math.max(32_768, text.length * 2 + 2);
      const tree = parseWithin(
        timeoutMs,
        () => parser.parse(text, null, { bufferSize }) as ReturnType<Native["parse"]> | null,
      );
      if (tree) Object.assign(tree, keepsNoNodes);
      else parser.reset();
      return tree?.rootNode ?? null;
    },
    matches: (root: TreeNode) => query.matches(root as never),
  };
}

// Grammars as WebAssembly, for machines without a native build: somewhat slower, and with memory of its own that only grows.
import { createRequire } from "node:module";
import type { Grammar } from "../languages/language.ts";
import type { LoadedGrammar, TreeNode } from "./syntax-tree.ts";

const require = createRequire(import.meta.url);

/** Rejects when there is no WebAssembly build of the grammar, or no runtime for it. */
export async function loadWasmGrammar({ wasm, query }: Grammar, timeoutMs: number): Promise<LoadedGrammar> {
  if (wasm === undefined) throw new Error("the grammar comes without a WebAssembly build");
  const { default: Parser } = await import("web-tree-sitter");
  await Parser.init();
  const language = await Parser.Language.load(require.resolve(wasm));
  const parser = new Parser();
  parser.setLanguage(language);
  parser.setTimeoutMicros(timeoutMs * 1000);
  const compiled = language.query(query);
  type Tree = ReturnType<typeof parser.parse>;
  let last: Tree | null = null;
  /** Null when it took too long, which this build says by throwing. Without the reset the next call would go on with that text. */
  const parse = (text: string): Tree | null => {
    let tree: Tree | null = null;
    try {
      tree = parser.parse(text);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== "Parsing failed") throw error;
    } finally {
      if (!tree) parser.reset();
    }
    return tree;
  };
  return {
    by: "wasm",
    parse(text) {
      last?.delete();
      last = null;
      last = parse(text);
      return last?.rootNode ?? null;
    },
    matches: (root: TreeNode) => compiled.matches(root as never),
  };
}

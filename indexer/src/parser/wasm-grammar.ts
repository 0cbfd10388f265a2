// Grammars as WebAssembly, for machines without a native build: somewhat slower, and with memory of its own that only grows.
import { createRequire } from "node:module";
import type { Grammar } from "../languages/language.ts";
import { parseWithin, sliceMicroseconds } from "./parse-within.ts";
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
  parser.setTimeoutMicros(sliceMicroseconds(timeoutMs));
  const compiled = language.query(query);
  type Tree = ReturnType<typeof parser.parse>;
  let last: Tree | null = null;
  /** Null when the slice was over, which this build says by throwing. */
  const parseSlice = (text: string): Tree | null => {
    try {
      return parser.parse(text);
    } catch (error) {
      if (error instanceof Error && error.message === "Parsing failed") return null;
      throw error;
    }
  };
  return {
    by: "wasm",
    parse(text) {
      last?.delete();
      last = null;
      try {
        last = parseWithin(timeoutMs, () => parseSlice(text));
      } finally {
        // Without it the next call would go on with this text.
        if (!last) parser.reset();
      }
      return last?.rootNode ?? null;
    },
    matches: (root: TreeNode) => compiled.matches(root as never),
  };
}

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
  let last: { delete(): void } | null = null;
  return {
    by: "wasm",
    parse(text) {
      last?.delete();
      last = null;
      const tree = parser.parse(text) as ReturnType<typeof parser.parse> | null;
      if (!tree) parser.reset();
      last = tree;
      return tree?.rootNode ?? null;
    },
    matches: (root: TreeNode) => compiled.matches(root as never),
  };
}

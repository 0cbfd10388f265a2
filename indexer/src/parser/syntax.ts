// Turns a text into an outline with tree-sitter. Runs in the parser's process only: native trees live outside of V8's accounting.
// Knows grammars by the language records, and nothing of chunks. A tree is only valid until the next `parse`.
import { createLineTable } from "../chunker/lines.ts";
import type { Outline } from "../chunker/outline.ts";
import type { Grammar, Language } from "../languages/language.ts";
import { findDefinitions } from "./find-definitions.ts";
import { loadNativeGrammar } from "./native-grammar.ts";
import { type BrokenPlace, findSyntaxErrors } from "./syntax-errors.ts";
import type { LoadedGrammar } from "./syntax-tree.ts";
import { walkTree } from "./walked-node.ts";
import { loadWasmGrammar } from "./wasm-grammar.ts";

type WithGrammar = Language & { grammar: Grammar };

export interface SyntaxParser {
  /** Rejects with `GrammarUnavailable` when the grammar cannot be loaded, with `ParsingTimeout` after `timeoutMs` of the processor. */
  parse(text: string, language: WithGrammar): Promise<Outline & { findErrors(): BrokenPlace[] }>;
  /** Loads a grammar without parsing anything. Rejects with `GrammarUnavailable`. */
  load(language: WithGrammar): Promise<LoadedGrammar["by"]>;
}

/** Neither build of a grammar can be loaded on this machine: its languages are read by lines. */
export class GrammarUnavailable extends Error {}

/** The text took longer to parse than it may: it is read by lines. */
export class ParsingTimeout extends Error {}

/** `builds`: what is tried, in order. */
export function createSyntaxParser(
  timeoutMs: number,
  builds: readonly LoadedGrammar["by"][] = ["native", "wasm"],
): SyntaxParser {
  const loaded = new Map<string, Promise<LoadedGrammar>>();
  const load = ({ name, grammar }: WithGrammar) => {
    const entry = loaded.get(name) ?? loadGrammar(name, grammar, timeoutMs, builds);
    loaded.set(name, entry);
    return entry;
  };
  return {
    load: async (language) => (await load(language)).by,
    parse: async (text, language) => {
      const { parse, matches } = await load(language);
      const root = parse(text);
      if (!root) throw new ParsingTimeout(`parsing took longer than ${timeoutMs} ms`);
      const lines = createLineTable(text);
      return {
        lines,
        root: walkTree(root, lines),
        definitions: findDefinitions(matches(root), text, lines),
        hasErrors: root.hasError,
        findErrors: () => findSyntaxErrors(root, text),
        leading: language.grammar.leading,
      };
    },
  };
}

async function loadGrammar(
  name: string,
  grammar: Grammar,
  timeoutMs: number,
  builds: readonly LoadedGrammar["by"][],
): Promise<LoadedGrammar> {
  const reasons: string[] = [];
  for (const build of builds) {
    try {
      return await (build === "native" ? loadNativeGrammar : loadWasmGrammar)(grammar, timeoutMs);
    } catch (error) {
      reasons.push(`${build}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    }
  }
  throw new GrammarUnavailable(`the grammar of ${name} cannot be loaded (${reasons.join("; ")})`);
}

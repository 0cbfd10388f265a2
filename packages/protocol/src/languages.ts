// Which languages the indexer knows, and how well.
import { z } from "zod";

/**
 * `definitions`: by its grammar, definitions with their extent, chunks along them. `symbols`: definitions by the shape of their line.
 * `outline`: by headings. `lines`: windows of lines only. All of them are searched alike.
 */
export const LanguageLevel = z.enum(["definitions", "symbols", "outline", "lines"]);
export type LanguageLevel = z.infer<typeof LanguageLevel>;

export const IndexedLanguage = z.object({
  name: z.string(),
  extensions: z.array(z.string()),
  level: LanguageLevel,
  /** What reads it on this machine: tree-sitter as native code or WebAssembly, or lines. */
  by: z.enum(["native", "wasm", "lines"]),
  /** Whether references to its names are found. */
  hasReferences: z.boolean(),
  /** Why it is read by lines although it has a grammar; null otherwise. */
  problem: z.string().nullable(),
});
export type IndexedLanguage = z.infer<typeof IndexedLanguage>;

export const IndexedLanguages = z.object({ items: z.array(IndexedLanguage) });
export type IndexedLanguages = z.infer<typeof IndexedLanguages>;

// What is known of the code by its names: symbols, references, a map, what a path is, what is related to a place. All of it is derived from
// spelling and syntax, without types: where several definitions share a name, all are meant.
import { z } from "zod";
import { RepositoryId } from "./ids.ts";
import { limits } from "./limits.ts";
import { Coverage } from "./search.ts";

const path = z.string().max(limits.pathCharacters);
const page = z.coerce.number().int().min(1).max(limits.codeItems);

/**
 * What a definition is. A member (a field, one of an enumeration, what an interface asks for) is looked up by its name and nothing else; an
 * implementation holds members of a type that is defined elsewhere: Rust's `impl`, Swift's `extension`. A section is a heading of a document.
 */
export const DefinitionKind = z.enum([
  "function",
  "method",
  "class",
  "struct",
  "interface",
  "enum",
  "namespace",
  "macro",
  "type",
  "constant",
  "property",
  "member",
  "implementation",
  "section",
]);
export type DefinitionKind = z.infer<typeof DefinitionKind>;

export const CodeSymbol = z.object({
  name: z.string(),
  /** A `DefinitionKind`. */
  kind: z.string(),
  path: z.string(),
  language: z.string(),
  /** Where the name stands; lines are 1-based and inclusive. */
  line: z.int(),
  startLine: z.int(),
  /** The last line of the definition; `line` where it was found by the shape of that line. */
  endLine: z.int(),
  /** Names of what encloses it, outermost first, joined with "."; "" at the top of a file. */
  container: z.string(),
});
export type CodeSymbol = z.infer<typeof CodeSymbol>;

export const FindSymbolsQuery = z
  .strictObject({
    repositoryId: RepositoryId,
    /** A whole name, also with what encloses it (`Store.open`). `get_user` finds `getUser` where there is no `get_user`. */
    name: z.string().trim().min(1).max(limits.nameCharacters).optional(),
    /** The beginning of names, in upper or lower case. */
    prefix: z.string().trim().min(1).max(limits.nameCharacters).optional(),
    /** Only in files whose path starts with this. */
    path: path.optional(),
    kind: DefinitionKind.optional(),
    limit: page.default(50),
  })
  .refine(({ name, prefix, path }) => name !== undefined || prefix !== undefined || path !== undefined, {
    message: "say what to find: name, prefix or path",
  });
export type FindSymbolsQuery = z.infer<typeof FindSymbolsQuery>;

export const SymbolList = z.object({ items: z.array(CodeSymbol), total: z.int(), coverage: Coverage });
export type SymbolList = z.infer<typeof SymbolList>;

export const FindReferencesQuery = z.strictObject({
  repositoryId: RepositoryId,
  name: z.string().trim().min(1).max(limits.nameCharacters),
  path: path.optional(),
  limit: page.default(50),
});
export type FindReferencesQuery = z.infer<typeof FindReferencesQuery>;

export const CodeReference = z.object({
  path: z.string(),
  line: z.int(),
  /** The line, without its indentation. */
  text: z.string(),
  /** The definition that the line is in; null outside of any. */
  within: z.string().nullable(),
});
export type CodeReference = z.infer<typeof CodeReference>;

export const ReferenceList = z.object({
  name: z.string(),
  definitions: z.array(CodeSymbol),
  /** Lines of code that hold the name, outside of comments and strings, definitions left out. Source before tests. */
  items: z.array(CodeReference),
  /** Files with references, those that are not listed included. */
  totalFiles: z.int(),
  /** Whether there are more than are listed. */
  isCut: z.boolean(),
  coverage: Coverage,
});
export type ReferenceList = z.infer<typeof ReferenceList>;

export const MapQuery = z.strictObject({
  repositoryId: RepositoryId,
  /** At most so large. */
  tokens: z.coerce.number().int().min(100).max(limits.mapTokens).default(1000),
  /** A file or directory that matters now; what it uses rises. */
  focus: path.optional(),
});
export type MapQuery = z.infer<typeof MapQuery>;

export const RepositoryMapReply = z.object({
  text: z.string(),
  files: z.array(z.object({ path: z.string(), language: z.string(), rank: z.number(), symbols: z.array(CodeSymbol) })),
  omittedFiles: z.int(),
  estimatedTokens: z.int(),
  coverage: Coverage,
});
export type RepositoryMapReply = z.infer<typeof RepositoryMapReply>;

export const PathConnection = z.object({
  path: z.string(),
  /** The names that connect most. */
  names: z.array(z.string()),
  /** Comparable within one answer only. */
  weight: z.number(),
});
export type PathConnection = z.infer<typeof PathConnection>;

export const ExplainQuery = z.strictObject({
  repositoryId: RepositoryId,
  /** A file or a directory; "" or "." is all of it. */
  path: path.default(""),
  /** Of each list. */
  limit: page.default(20),
});
export type ExplainQuery = z.infer<typeof ExplainQuery>;

export const PathExplanation = z.object({
  path: z.string(),
  kind: z.enum(["file", "directory"]),
  /** Files by language. */
  languages: z.record(z.string(), z.int()),
  /** `test`, `generated`, `vendored` … where the path says so. */
  pathKinds: z.array(z.string()),
  /** A directory's, next below. */
  children: z.array(z.object({ path: z.string(), files: z.int(), symbols: z.int() })),
  /** A file's definitions; of a directory, those that the rest uses most. */
  symbols: z.array(CodeSymbol),
  totalSymbols: z.int(),
  entryPoints: z.array(z.object({ symbol: CodeSymbol, usedByFiles: z.int() })),
  dependents: z.array(PathConnection),
  dependencies: z.array(PathConnection),
  tests: z.array(PathConnection),
  coverage: Coverage,
});
export type PathExplanation = z.infer<typeof PathExplanation>;

export const RelatedQuery = z.strictObject({
  repositoryId: RepositoryId,
  path: path.min(1),
  line: z.coerce.number().int().min(1).max(10_000_000),
  /** Of each list. */
  limit: page.max(50).default(8),
});
export type RelatedQuery = z.infer<typeof RelatedQuery>;

export const RelatedCode = z.object({
  /** The definition around the line; null outside of any. */
  symbol: CodeSymbol.nullable(),
  /** Definitions whose names are used there. */
  uses: z.array(CodeSymbol),
  /** Where its name is used. */
  usedBy: z.array(CodeReference),
  /** Chunks that a search for it finds, by words and by meaning. */
  similar: z.array(
    z.object({
      path: z.string(),
      startLine: z.int(),
      endLine: z.int(),
      symbol: z.string().nullable(),
      score: z.number(),
    }),
  ),
  tests: z.array(PathConnection),
  coverage: Coverage,
});
export type RelatedCode = z.infer<typeof RelatedCode>;

// What the indexer knows of a language, as data. A new language is one such record in a file of its own and a line in `registry.ts`.
import type { DefinitionKind } from "@outpost/protocol";
import type { Lexis } from "./lexis.ts";

export interface Grammar {
  /** Loads the native grammar; called in the parser's process only. */
  load(): Promise<unknown>;
  /** The WebAssembly build, by the name its package gives it; for where the native one cannot be loaded. */
  wasm?: string;
  /**
   * A tree-sitter query. Each match captures the definition under its kind (`@function`, `@class` …) and its name as `@name`,
   * or as `@declarator` where the name is the innermost declarator (C and C++). `@scope` is what encloses it although it stands elsewhere
   * (a Go method's receiver); captures that begin with "_" are for predicates only. Of matches of one name the first counts.
   */
  query: string;
  /** Node types that belong to the definition that follows them: comments, decorators, access specifiers. */
  leading: ReadonlySet<string>;
}

/** How definitions are found in languages without a grammar: the first group of a match in a line is the name. */
export interface DefinitionLine {
  kind: DefinitionKind;
  pattern: RegExp;
}

export interface Language {
  name: string;
  /** With the dot, lower case. */
  extensions: readonly string[];
  /** Whole file names, lower case. */
  fileNames?: readonly string[];
  /** Programs that a `#!` line may name. */
  interpreters?: readonly string[];
  grammar?: Grammar;
  /** Beside a grammar: for where it cannot be loaded. */
  definitionLines?: readonly DefinitionLine[];
  /** What is no code; absent: nobody looks for names in it. */
  lexis?: Lexis;
}

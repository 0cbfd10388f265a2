// Every number that the ranking turns on, in one place. They were chosen on the development half of the retrieval benchmark only
// (docs: packages/evals, `npm run bench:retrieval`); a change here needs its numbers. Boosts are added to a score whose text part is
// between 0 and 1, factors multiply the sum.
import type { PathKind } from "../query/path-kind.ts";

export const weights = {
  bm25: { k1: 1.6, b: 0.65 },
  /** Terms of a query that are looked up; of a longer query, the rarest. */
  maxTerms: 64,
  /** Share of the vector part in the text score; the rest is lexical. */
  vectorShare: 0.5,
  /** Candidates that are scored in full, from each of the two sources. */
  candidates: 256,
  /** For the share of the query's words that stand in a file's name or folder, … */
  pathWords: 0.8,
  /** … where a word that only begins like one of the path's counts this much, … */
  partialWord: 0.8,
  /** … and for the share of the file's name that the query covers. */
  stemCoverage: 0.25,
  /** For a chunk that defines the name that the whole query is; */
  definition: 3,
  /** for one that defines a name found inside a longer query. */
  embeddedDefinition: 1.5,
  /** Kept of a definition boost when the name was qualified and the chunk's scope is another. */
  otherScope: 0.5,
  /** For the share of the query's words that stand in the name of what the chunk defines. */
  nameWords: 0.5,
  /** For a file named in the query, and for the chunk with the line named. */
  mentionedFile: 1.5,
  mentionedLine: 1.5,
  /** For a chunk's file, by the text scores of all its candidates together, as a share of the best file's. */
  coherence: 0.4,
  /** The second chunk of a file counts this much, the third its square, … */
  saturation: 0.5,
  /** Queries with more words than this get path and definition boosts in proportion: an issue's text names many things in passing. */
  longQueryWords: 14,
  /** Kinds of paths that are held back unless the query asks for them. The factors of all its kinds multiply. */
  pathFactors: {
    test: 0.4,
    vendored: 0.5,
    generated: 0.5,
    documentation: 0.5,
    example: 0.5,
    legacy: 0.6,
    barrel: 0.6,
    declaration: 0.7,
  } satisfies Record<PathKind, number>,
};

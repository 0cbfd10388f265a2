// Every number that the ranking turns on, in one place. What each buys stands in docs/retrieval.md, and on which questions they were chosen;
// what else was tried in docs/retrieval-experiments.md. A change here needs its numbers. Boosts are added to a score whose text part is
// between 0 and 1, factors multiply the sum.
import type { PathKind } from "../query/path-kind.ts";

export const weights = {
  bm25: { k1: 1.5, b: 0.55 },
  /** Of whole files. */
  fileBm25: { k1: 1.2, b: 0.75 },
  /** Terms of a query that are looked up; of a longer query, the rarest. */
  maxTerms: 64,
  /** Factor of a term that stands in the title (the first line) of a longer text. */
  titleTerm: 3,
  /** Share of the vector part in the text score; the rest is lexical. */
  vectorShare: 0.65,
  /** Candidates that are scored in full, from each of the two sources. */
  candidates: 256,
  /** For the share of the query's words that stand in a file's name or folder, … */
  pathWords: 0.65,
  /** … where a word that only begins like one of the path's counts this much, … */
  partialWord: 0.9,
  /** … and for the share of the file's name that the query covers. */
  stemCoverage: 0.25,
  /** Factor of the two where there are no vectors: the words then make up the whole text score, and a name's weigh less beside them. */
  pathWithoutVectors: 1.5,
  /** For a chunk that defines the name that the whole query is; */
  definition: 3,
  /** for one that defines a name found inside a longer query. */
  embeddedDefinition: 0.45,
  /** Kept of a definition boost when the name was qualified and the chunk's scope is another. */
  otherScope: 0.5,
  /** A name that many chunks define, or many files have, says less of each: the boost is divided by their number to this power. */
  ambiguity: 0.4,
  /** For the share of the query's words that stand in the name of what the chunk defines. */
  nameWords: 0.35,
  /** For a file named in the query, and for the chunk with the line named. */
  mentionedFile: 1.5,
  mentionedLine: 1.5,
  /** For the words that code uses where people say the query's; beside them a word's frequency in the chunk counts little. */
  translation: 0.17,
  translatedBm25: { k1: 0.6, b: 1 },
  /** Words looked up so, the strongest, and candidates they bring. */
  maxTranslations: 60,
  translatedCandidates: 32,
  /** One that more than this share of the chunks hold, and more than so many, says little and costs most. */
  commonTranslation: { share: 0.2, chunks: 32 },
  /** Exponent of a translation's probability. */
  translationPower: 0.7,
  /** For a chunk's file, by the text scores of all its candidates together, as a share of the best file's. */
  coherence: 0.4,
  /** For the file as a whole: its BM25, as a share of the best candidate's. */
  fileLexical: 0.4,
  /** For a long text: the same for the file's folder, in proportion to how much longer than a question it is. */
  folder: 0.25,
  /** For using a name that a candidate defines, as a share of that candidate's text score. */
  referencing: 0.1,
  /** A name that more chunks use than this connects nothing. */
  maxReferences: 24,
  /** Of what the neighbours of a chunk in its file score. */
  neighbours: 0.33,
  /** For the second chunk of a file, what speaks for the file (path, coherence, BM25) counts this much, for the third its square, and so on. */
  fileSaturation: 0.25,
  /** Which chunk of a file stands for it: added to what speaks for each, to order them, and to no score. */
  preferences: { ofFunctions: 0.2, ofOtherDefinitions: -0.1 },
  /** For a long query, whose reader wants files, the whole score of the second chunk is multiplied by up to this much. */
  longSaturation: 0.8,
  /** A hit takes in the chunk beside it for which at least this share of what speaks for itself speaks, up to so many lines together. */
  joinedShare: 0.45,
  joinedLines: 100,
  /** Where somebody said which words code would use: what a place is worth in the ranking by the query alone, and in the one with their words behind it. */
  expandedRanks: { alone: 1, withWords: 2 },
  /** Queries with more words than this get path and definition boosts in proportion: an issue's text names many things in passing. */
  longQueryWords: 14,
  /** Exponent of the factor of a kind that the query's words may ask for. */
  hintedShare: 0.6,
  /** A file with the name of a barrel ("__init__.py") and more chunks than this is code of its own. */
  maxBarrelChunks: 5,
  /** Kinds of paths that are held back unless the query asks for them. The factors of all its kinds multiply. */
  pathFactors: {
    test: 0.4,
    vendored: 0.5,
    generated: 0.5,
    documentation: 0.35,
    example: 0.5,
    legacy: 0.6,
    barrel: 0.6,
    declaration: 0.7,
    configuration: 0.6,
  } satisfies Record<PathKind, number>,
};

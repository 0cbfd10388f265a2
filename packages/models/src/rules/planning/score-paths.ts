// Which files an instruction is most likely about: those it names, then those whose chunks the search found, with the words of the
// instruction in their path counting extra. A guess from words; nothing is read. Pure.
import type { SearchHit } from "../observations.ts";

export interface ScoredPath {
  path: string;
  score: number;
  /** The best hit in it; undefined: it was only named. */
  hit: SearchHit | undefined;
}

const named = 3;
const perWord = 0.5;
/** Words that say nothing about where something is. */
const common = new Set(
  "the and for with that this from into when then should make code file fix add use not all are".split(" "),
);

export function scorePaths(
  instruction: string,
  hits: readonly SearchHit[],
  namedPaths: readonly string[],
): ScoredPath[] {
  const words = wordsOf(instruction);
  const found = new Map<string, ScoredPath>();
  const add = (path: string, score: number, hit?: SearchHit): void => {
    const before = found.get(path) ?? { path, score: perWord * countIn(path, words), hit: undefined };
    found.set(path, { path, score: before.score + score, hit: before.hit ?? hit });
  };
  for (const [rank, hit] of hits.entries()) add(hit.path, 1 / (rank + 1), hit);
  for (const path of namedPaths) add(path, named);
  return [...found.values()].toSorted((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

/** Things in an instruction that look like the name of a file. */
export function namesOfFiles(instruction: string): string[] {
  const found = instruction.match(/[\p{L}\p{N}_@./-]*[\p{L}\p{N}_-]\.[A-Za-z][\p{L}\p{N}]{0,7}\b/gu) ?? [];
  const names = found.map((name) => name.replace(/^\.\//, "")).filter((name) => !/^(?:e\.g|i\.e)$/i.test(name));
  return [...new Set(names)].slice(0, 5);
}

function wordsOf(text: string): Set<string> {
  const words =
    text
      .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
      .toLowerCase()
      .match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  return new Set(words.filter((word) => !common.has(word)));
}

function countIn(path: string, words: ReadonlySet<string>): number {
  return [...wordsOf(path)].filter(
    (word) => words.has(word) || words.has(`${word}s`) || words.has(word.replace(/s$/, "")),
  ).length;
}

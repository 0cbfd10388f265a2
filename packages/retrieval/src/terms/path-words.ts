// The words of a path, apart by where they stand: the file's stem says most, its folder next.
import { scanWords } from "./scan-words.ts";
import { wordStems } from "./word-terms.ts";

export interface PathWords {
  /** Stems of the words of the file's name without extension; of its folder's, when the name says nothing ("index"). */
  stem: string[];
  /** The same of the folder that holds the file (the one above when the folder stands in for the name). */
  parent: string[];
}

/** Names that say only "the main file of this folder". */
const emptyStems = new Set(["index", "__init__", "mod", "main", "lib", "init", "default"]);

/** `a/b/c.spec.ts` → folders ["a", "b"], stem "c". A leading dot belongs to the stem. */
export function splitPath(path: string): { folders: string[]; stem: string } {
  const folders = path.split("/");
  const name = folders.pop() ?? "";
  const dot = name.indexOf(".", 1);
  return { folders, stem: dot === -1 ? name : name.slice(0, dot) };
}

export function pathWords(path: string): PathWords {
  const { folders, stem } = splitPath(path);
  const names = emptyStems.has(stem.toLowerCase()) && folders.length > 0 ? folders : [...folders, stem];
  return { stem: stemsOf(names.at(-1) ?? ""), parent: stemsOf(names.at(-2) ?? "") };
}

function stemsOf(name: string): string[] {
  const stems = new Set<string>();
  scanWords(name, (word) => {
    for (const stem of wordStems(word)) stems.add(stem);
  });
  return [...stems];
}

// The distinct words of all paths of an index, numbered, so that a query is compared with each word once and not with each file's words.

/** How well a query's words match a numbered path word. */
export interface PathMatches {
  /** Numbers of the words that match. */
  wordIds: readonly number[];
  /** By number of a word: where in `lists` its matches are; 0, an empty list, for one that does not match. */
  listOf: Uint32Array;
  lists: readonly (readonly WordMatch[])[];
}

export interface WordMatch {
  /** Index into the query's words. */
  queryWord: number;
  /** 1 for equality, `partial` for a common beginning. */
  weight: number;
}

/** Words shorter than this match only when they are equal. */
const sharedBeginning = 4;

export class PathVocabulary {
  private readonly words: string[] = [];
  private readonly ids = new Map<string, number>();
  private readonly byBeginning = new Map<string, number[]>();

  idOf(word: string): number {
    const known = this.ids.get(word);
    if (known !== undefined) return known;
    const id = this.words.push(word) - 1;
    this.ids.set(word, id);
    if (word.length >= sharedBeginning) {
      const beginning = word.slice(0, sharedBeginning);
      const sharing = this.byBeginning.get(beginning);
      if (sharing === undefined) this.byBeginning.set(beginning, [id]);
      else sharing.push(id);
    }
    return id;
  }

  /** A path word matches a query word when one begins with the other ("config", "configuration"). */
  match(queryWords: readonly string[], partial: number): PathMatches {
    const wordIds: number[] = [];
    const lists: WordMatch[][] = [[]];
    const listOf = new Uint32Array(this.words.length);
    const add = (id: number, queryWord: number, weight: number) => {
      if (listOf[id] === 0) {
        wordIds.push(id);
        listOf[id] = lists.push([]) - 1;
      }
      lists[listOf[id] as number]?.push({ queryWord, weight });
    };
    for (const [queryWord, text] of queryWords.entries()) {
      const equal = this.ids.get(text);
      if (equal !== undefined) add(equal, queryWord, 1);
      if (text.length < sharedBeginning) continue;
      for (const id of this.byBeginning.get(text.slice(0, sharedBeginning)) ?? []) {
        const word = this.words[id] ?? "";
        if (id !== equal && (word.startsWith(text) || text.startsWith(word))) add(id, queryWord, partial);
      }
    }
    return { wordIds, listOf, lists };
  }
}

// The distinct words of all paths of an index, numbered, so that a query is compared with each word once and not with each file's words.

/** How well a query's words match a numbered path word. */
export interface PathMatches {
  /** Numbers of the words that match. */
  wordIds: Iterable<number>;
  /** Indexes into the query's words, with 1 for equality and `partial` for a common beginning. */
  of(wordId: number): readonly { queryWord: number; weight: number }[];
}

const none: readonly never[] = [];

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
    const matches = new Map<number, { queryWord: number; weight: number }[]>();
    const add = (id: number, queryWord: number, weight: number) =>
      matches.set(id, [...(matches.get(id) ?? []), { queryWord, weight }]);
    for (const [queryWord, text] of queryWords.entries()) {
      const equal = this.ids.get(text);
      if (equal !== undefined) add(equal, queryWord, 1);
      if (text.length < sharedBeginning) continue;
      for (const id of this.byBeginning.get(text.slice(0, sharedBeginning)) ?? []) {
        const word = this.words[id] ?? "";
        if (id !== equal && (word.startsWith(text) || text.startsWith(word))) add(id, queryWord, partial);
      }
    }
    return { wordIds: matches.keys(), of: (wordId) => matches.get(wordId) ?? none };
  }
}

// Characters that a person who approves a command would not see, or would take for a space.

/** Controls other than tab and line end, formatting and ignorable ones, every space but the plain one, unassigned and private ones. */
export function hasInvisible(text: string): boolean {
  return /(?![\t\n ])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u.test(text);
}

/** Other forms of plain characters (full width, mathematical, marks on nothing), dashes that are none, words of two alphabets that share letters. */
export function looksLikeOther(text: string): boolean {
  return (
    text !== text.normalize("NFKC") ||
    /(?<!\p{L}\p{M}*)\p{M}/u.test(text) ||
    /(?:^|\s)(?!-)\p{Pd}/u.test(text) ||
    (/\p{Script=Latin}/u.test(text) &&
      /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(text))
  );
}

// Finds comments by which a model leaves code out ("// ... rest of the code"): written to a file, they delete what they stand for.

/** Behind a comment's beginning, or bare with a space, so that a spread (`...rest`) is none. */
const placeholder =
  /^\s*(?:(?:\/\/|#|--|;|%|\/\*+|<!--|\{\/\*)\s*(?:\.{3}|…)|(?:\.{3}|…)(?=[\s(]))\s*\(?(?:(?:the\s+)?(?:rest|remaining|remainder|existing|previous|other|same|unchanged|omitted|more|keep)\b[\w\s'-]*)\)?\s*(?:\.{3}|…)?\s*(?:\*\/|-->|\*\/\})?\s*$/iu;

/** The first such line of `text` that is not in `before` as well. */
export function findLeftOutMark(text: string, before: string): string | undefined {
  return text.split(/\r?\n/).find((line) => placeholder.test(line) && !before.includes(line.trim()));
}

// Takes quoted texts out of an instruction, so that words inside them are never read as commands, and puts them back.
// Quotes: '…' "…" `…` “…” ‘…’ «…» and ``` fences; all may span lines. An apostrophe within a word quotes nothing.

export interface Quoted {
  /** The instruction, every quoted text replaced by a mark. */
  text: string;
  /** The exact text that a part stands for: quotes off when it is one quoted text, else as it was written. */
  restore(part: string): string;
  /** As it was written, quotes and all. */
  written(part: string): string;
  /** Whether the part is one quoted text. */
  isQuoted(part: string): boolean;
}

const quotes =
  /```[^\S\n]*[\w-]*\n(?<fence>[\s\S]*?)\n?```|`(?<tick>[^`]+)`|"(?<double>(?:\\"|[^"])*)"|“(?<curly>[^”]*)”|‘(?<single>[^’]*)’|«(?<angle>[^»]*)»|(?<=^|[\s(:,])'(?<plain>[\s\S]*?)'(?=$|[\s.,;:)])/g;
const mark = /\u0001(\d+)\u0001/g;

export function takeQuotes(instruction: string): Quoted {
  const inner: string[] = [];
  const whole: string[] = [];
  const text = instruction.replaceAll(quotes, (match, ...rest) => {
    const groups = rest.at(-1) as Record<string, string | undefined>;
    const found = Object.entries(groups).find(([, value]) => value !== undefined);
    inner.push(found?.[0] === "double" ? (found[1] ?? "").replaceAll('\\"', '"') : (found?.[1] ?? ""));
    whole.push(match);
    return `\u0001${inner.length - 1}\u0001`;
  });
  // A comma behind a quoted text belongs to the sentence.
  const quotedMark = (part: string) => /^(\u0001\d+\u0001),?$/.exec(part.trim())?.[1];
  const putBack = (part: string, from: readonly string[]) =>
    part.replaceAll(mark, (_, index: string) => from[Number(index)] ?? "");
  return {
    text,
    restore(part) {
      const one = quotedMark(part);
      return one === undefined ? putBack(part.trim(), whole) : putBack(one, inner);
    },
    written: (part) => putBack(part, whole),
    isQuoted: (part) => quotedMark(part) !== undefined,
  };
}

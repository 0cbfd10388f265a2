// Token estimates without a tokenizer. Over-estimates a little on purpose: a prompt that does not fit is worse than one with room.

/** Characters a token of code and English has on average over the tokenizers of the local models we met; the low end. */
export const charactersPerToken = 3.5;

/** Tokenizers cut bytes: what takes more of them in UTF-8 takes more tokens. */
export function estimateTokens(text: string): number {
  return Math.ceil(countBytes(text) / charactersPerToken);
}

/** How many characters of a text like this one go into `tokens`. */
export function charactersFor(tokens: number, text: string): number {
  return Math.floor((tokens * charactersPerToken * text.length) / Math.max(1, countBytes(text)));
}

/** In UTF-8. */
function countBytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Half of a surrogate pair is half of four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** Cuts the middle out of a text that is longer than `maxCharacters`, at line ends, and says how much is gone. */
export function cutMiddle(text: string, maxCharacters: number, wayOut: string): string {
  if (text.length <= maxCharacters) return text;
  const room = Math.max(0, maxCharacters - 120);
  const headEnd = lineEndBefore(text, Math.floor(room * 0.6));
  const tailStart = lineStartAfter(text, text.length - Math.floor(room * 0.4));
  const gone = tailStart - headEnd;
  return `${text.slice(0, headEnd)}\n[… ${gone} characters left out; ${wayOut} …]\n${text.slice(tailStart)}`;
}

function lineEndBefore(text: string, index: number): number {
  const newline = text.lastIndexOf("\n", index);
  return newline > index / 2 ? newline : index;
}

function lineStartAfter(text: string, index: number): number {
  const newline = text.indexOf("\n", index);
  return newline >= 0 && newline < index + (text.length - index) / 2 ? newline + 1 : index;
}

// How sure it is that what was read is what the model wrote to its end. A closed scale: what is not `none` never runs a call that
// changes something, and `unterminated` never runs any.

export type Doubt =
  /** Whole, or mended where only one reading is possible: a comma too many, another kind of quotes. */
  | "none"
  /** Closing brackets are missing, outside of strings; also where a closing tag follows: what stood before them is not known to be all. */
  | "missing_close"
  /** Mended where another reading is possible: an inner quote, a text without quotes. */
  | "guessed"
  /** It ends inside a string, a name or a number: something is missing, nobody knows what. */
  | "unterminated";

const order: Doubt[] = ["none", "missing_close", "guessed", "unterminated"];

export function worseOf(a: Doubt, b: Doubt): Doubt {
  return order.indexOf(a) > order.indexOf(b) ? a : b;
}

// Takes large texts out of an event, and puts them back. A text's place is the path of keys that leads to it; in the event that stays
// behind the place holds "". Pure: does not know where the texts go.

/** Keys of records and indices of lists, outermost first. */
export type Place = (string | number)[];

export interface LargeText {
  place: Place;
  text: string;
}

/** `value` is data as JSON has it; it is not changed. `maxBytes`: the largest text, in UTF-8, that stays. */
export function takeLargeTexts(value: unknown, maxBytes: number): { rest: unknown; taken: LargeText[] } {
  const taken: LargeText[] = [];
  const walk = (node: unknown, place: Place): unknown => {
    if (typeof node === "string") {
      if (!isLarge(node, maxBytes)) return node;
      taken.push({ place, text: node });
      return "";
    }
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...place, index]));
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item, [...place, key])]));
  };
  const rest = walk(value, []);
  return { rest, taken };
}

/** Changes `value`. Throws when a place is not there, which would mean that the event and its texts do not belong together. */
export function putLargeTexts(value: unknown, texts: readonly LargeText[]): void {
  for (const { place, text } of texts) {
    let node = value as Record<string | number, unknown> | undefined;
    for (const key of place.slice(0, -1)) node = node?.[key] as typeof node;
    const last = place.at(-1);
    if (last === undefined || typeof node !== "object" || node === null || !Object.hasOwn(node, last)) {
      throw new Error(`an event has no place ${JSON.stringify(place)} for its text`);
    }
    node[last] = text;
  }
}

/** A text that UTF-8 cannot carry (half of a surrogate pair) stays in the event, where JSON escapes it. */
function isLarge(text: string, maxBytes: number): boolean {
  if (text.length * 3 <= maxBytes) return false;
  const bytes = Buffer.from(text, "utf8");
  return bytes.length > maxBytes && bytes.toString("utf8") === text;
}

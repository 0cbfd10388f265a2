// JSON in which equal data gives equal text, whatever the order its keys were written in.

/** Keys in code unit order; members that are undefined are left out, as JSON does. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, node: unknown) => {
    if (typeof node !== "object" || node === null || Array.isArray(node)) return node;
    return Object.fromEntries(Object.entries(node).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}

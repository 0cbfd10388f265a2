// The order of paths everywhere in listings: that of git, by the bytes of their UTF-8.

/** Sorts in place. Text compares by UTF-16 code units, which is another order only where surrogates come in. */
export function sortPaths<T>(items: T[], pathOf: (item: T) => string): T[] {
  if (items.some((item) => /\p{Surrogate}|[\u{10000}-\u{10ffff}]/u.test(pathOf(item)))) {
    return items.sort((left, right) => Buffer.compare(Buffer.from(pathOf(left)), Buffer.from(pathOf(right))));
  }
  return items.sort((left, right) => {
    const a = pathOf(left);
    const b = pathOf(right);
    return a < b ? -1 : a > b ? 1 : 0;
  });
}

// Queries of the kind that people and models ask, made from the repository itself: names of definitions, and the words that are in them.

const definition =
  /^\s*(?:export\s+)?(?:async\s+)?(?:def|class|function|interface|struct|template.*?\sclass)\s+([A-Za-z_]\w{4,40})/gm;

/** Names that the text defines, at most `limit`, spread over the whole. */
export function findSymbols(texts: readonly string[], limit: number): string[] {
  const names = new Set(texts.flatMap((text) => [...text.matchAll(definition)].map((match) => match[1] ?? "")));
  const all = [...names].filter((name) => /[a-z]/i.test(name)).sort();
  const step = Math.max(1, all.length / limit);
  return Array.from({ length: Math.min(limit, all.length) }, (_, index) => all[Math.floor(index * step)] ?? "");
}

/** Half of the queries are names as they stand, half are questions in words. */
export function makeQueries(symbols: readonly string[]): string[] {
  return symbols.map((symbol, index) => {
    if (index % 2 === 0) return symbol;
    const words = symbol
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
      .replaceAll("_", " ")
      .trim()
      .toLowerCase();
    return `where is ${words} handled`;
  });
}

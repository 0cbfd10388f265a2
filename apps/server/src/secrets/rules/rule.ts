// One rule for a kind of secret, as data. The rules in this folder are ours, written from what the issuers publish about the shape of
// their tokens, and come under the licence of this repository (see LICENSE).

export interface SecretRule {
  /** In marks and findings: lower case and hyphens. */
  id: string;
  what: string;
  /** Lower case; the pattern is tried only around a place where one of them stands, in any case. */
  keywords: readonly string[];
  /** RE2 syntax, so that time is linear in the text. The first group, where there is one, is the secret. */
  pattern: string;
  /** Bits a character of the secret must have on average (Shannon, over the secret itself). */
  minEntropy?: number;
  /** Characters before and behind the keyword that may belong to the match. Default 400. */
  reach?: number;
}

/** A token that begins with a fixed text: what follows, and that no further character of a token does. */
export function prefixed(id: string, what: string, prefix: string, rest: string): SecretRule {
  return {
    id,
    what,
    keywords: [prefix.toLowerCase()],
    pattern: `\\b(${literally(prefix)}${rest})(?:[^A-Za-z0-9_-]|$)`,
  };
}

/** A token without a shape of its own that is told by the name it is given to. */
export function named(id: string, what: string, names: readonly string[], value: string): SecretRule {
  const name = names.map(literally).join("|");
  return {
    id,
    what,
    keywords: names.map((text) => text.toLowerCase()),
    pattern: `(?i)(?:${name})[\\w.-]{0,30}["']?\\s{0,5}(?::=|=>|:|=|,|\\s)\\s{0,5}["'\`]?(?-i:(${value}))(?:[^A-Za-z0-9_/+=-]|$)`,
    minEntropy: 3,
  };
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

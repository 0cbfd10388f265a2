// A term is known by a 32-bit hash of its text, so that no vocabulary need be stored. Two terms of one repository share a hash about
// once in twenty thousand look-ups; the ranking is robust to that. The hash is part of what an index holds: changing it, or anything
// else in this folder, needs another `termsVersion`.

/** Names how terms are made. Part of an index's identity by way of the chunker's version string. */
export const termsVersion = "terms-1";

/** FNV-1a over UTF-16 code units, mixed at the end so that every bit is usable. Unsigned. */
export function hashTerm(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

// What the score of one candidate is made of.
/** The score is the sum of all up to `place`, times the factors. */
export interface Parts {
  slot: number;
  lexical: number;
  vector: number;
  path: number;
  /** For a file that the query names, … */
  mention: number;
  /** … and for a line of it. */
  line: number;
  definition: number;
  name: number;
  coherence: number;
  file: number;
  folder: number;
  neighbour: number;
  reference: number;
  /** For what it says in other words than the query. */
  translated: number;
  /** What it has more or less for standing in another chunk's place in its file. */
  place: number;
  pathFactor: number;
  /** What is left of the parts that speak for the file, which are already less by it. */
  fileShare: number;
  saturation: number;
  score: number;
}

export function newParts(slot: number, lexical: number, vector: number): Parts {
  // One literal: made of spread ones it would be a slow object, and there are hundreds of them a query.
  return {
    slot,
    lexical,
    vector,
    path: 0,
    mention: 0,
    line: 0,
    definition: 0,
    name: 0,
    coherence: 0,
    file: 0,
    folder: 0,
    neighbour: 0,
    reference: 0,
    translated: 0,
    place: 0,
    pathFactor: 1,
    fileShare: 1,
    saturation: 1,
    score: 0,
  };
}

export function scoreOf(parts: Parts): number {
  const { path, mention, coherence, file, folder, neighbour, reference, place } = parts;
  const ofChunk = ownScore(parts) + neighbour + reference + place;
  return (ofChunk + path + mention + coherence + file + folder) * parts.pathFactor * parts.saturation;
}

/** What the chunk's own words and meaning say. */
export function textScore({ lexical, vector }: Parts): number {
  return lexical + vector;
}

/** What speaks for the chunk, and not for its file or for what stands beside it. */
export function ownScore(parts: Parts): number {
  const { line, translated, definition, name } = parts;
  return textScore(parts) + translated + definition + name + line;
}

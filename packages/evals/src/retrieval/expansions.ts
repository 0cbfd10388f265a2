// What a language model said once of labelled queries, kept in a file so that it can be measured without the model: a line of JSON each,
// {query, names, words}. `bench:expansions` writes such files.
import { readFile } from "node:fs/promises";
import { OutpostError, QueryExpansion } from "@outpost/protocol";
import { readExpansion } from "@outpost/retrieval";
import type { LabelledRepository } from "./labels.ts";

export interface RecordedExpansion extends QueryExpansion {
  query: string;
}

/** By query, as a server reads such an answer. Rejects with `invalid_input` for a line that is none. */
export async function readExpansions(path: string): Promise<Map<string, QueryExpansion>> {
  const expansions = new Map<string, QueryExpansion>();
  for (const [at, line] of (await readFile(path, "utf8")).split("\n").entries()) {
    if (line.trim() === "") continue;
    const { query, ...recorded } = parseLine(line, `${path}:${at + 1}`);
    const expansion = readExpansion(JSON.stringify(recorded));
    if (expansion !== null) expansions.set(query, expansion);
  }
  return expansions;
}

function parseLine(line: string, place: string): RecordedExpansion {
  try {
    const { query, ...expansion } = JSON.parse(line) as { query: unknown };
    return { query: String(query), ...QueryExpansion.parse(expansion) };
  } catch (error) {
    throw new OutpostError(
      "invalid_input",
      `${place} is no line of {query, names, words}; mend it or take it out: ${String(error)}`,
    );
  }
}

/** The queries that have one, with it; the others are left out, so that the engines are compared on the same questions. */
export function withExpansions(
  repositories: readonly LabelledRepository[],
  expansions: ReadonlyMap<string, QueryExpansion>,
): LabelledRepository[] {
  return repositories
    .map((repository) => ({
      ...repository,
      queries: repository.queries.flatMap((labelled) => {
        const expansion = expansions.get(labelled.query);
        return expansion === undefined ? [] : [{ ...labelled, expansion }];
      }),
    }))
    .filter(({ queries }) => queries.length > 0);
}

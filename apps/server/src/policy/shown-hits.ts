// What of a search may be shown: a repository's own policy may deny files that are in the index of before it said so.
import type { FileRules } from "@outpost/core";
import type { SearchResponse } from "@outpost/protocol";

/** What rules say of a path never changes, and searches find the same files again: asking all rules of ten paths takes a third of reading their texts. */
const judged = new WeakMap<FileRules, Map<string, boolean>>();
const maxJudged = 1_000;

export function withoutDenied(response: SearchResponse, files: FileRules): SearchResponse {
  return { ...response, hits: response.hits.filter(({ path }) => !isDenied(files, path)) };
}

function isDenied(files: FileRules, path: string): boolean {
  const known = judged.get(files) ?? new Map<string, boolean>();
  const before = known.get(path);
  if (before !== undefined) return before;
  if (known.size >= maxJudged) known.clear();
  const denied = files.judge(path).access === "deny";
  judged.set(files, known.set(path, denied));
  return denied;
}

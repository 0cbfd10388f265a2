// What of a search may be shown: a repository's own policy may deny files that are in the index of before it said so.
import type { FileRules } from "@outpost/core";
import type { SearchResponse } from "@outpost/protocol";

export function withoutDenied(response: SearchResponse, files: FileRules): SearchResponse {
  return { ...response, hits: response.hits.filter(({ path }) => files.judge(path).access !== "deny") };
}

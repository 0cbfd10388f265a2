// Wires what is known of the code: a reader of the catalog of its own, the search, the policy of each run.
import { join } from "node:path";
import { openSqliteCatalogReader } from "@outpost/store";
import type { SearchService } from "../search/search-service.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { type CodeService, createCodeService } from "./code-service.ts";

export function composeCode(parts: {
  dataDirectory: string;
  search: Pick<SearchService, "search" | "coverage">;
  redactor: Redactor;
}): CodeService {
  const { dataDirectory, search, redactor } = parts;
  return createCodeService({
    openReader: () => openSqliteCatalogReader({ path: join(dataDirectory, "index.db") }),
    ...{ search, redactor },
  });
}

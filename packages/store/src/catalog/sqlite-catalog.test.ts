import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeCatalogContract } from "@outpost/testkit/contracts";
import { openSqliteCatalogReader } from "./sqlite-catalog-reader.ts";
import { openSqliteCatalogWriter } from "./sqlite-catalog-writer.ts";

describeCatalogContract("sqlite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "outpost-catalog-"));
  const path = join(folder, "index.db");
  return {
    openWriter: () => openSqliteCatalogWriter({ path }),
    openReader: () => openSqliteCatalogReader({ path }),
    remove: () => rm(folder, { recursive: true }),
  };
});

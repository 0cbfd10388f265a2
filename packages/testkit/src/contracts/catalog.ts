// The contract of the catalog: what every engine under `CatalogWriter` and `CatalogReader` must do. An engine's own test file calls this.
import { describe } from "vitest";
import { type CreateCatalogDatabase, useCatalog } from "./catalog/database.ts";
import { describeEntries } from "./catalog/entries.ts";
import { describeGenerations } from "./catalog/generations.ts";
import { describeViewProperty } from "./catalog/view-property.ts";
import { describeViews } from "./catalog/views.ts";

export type { CatalogDatabase, CreateCatalogDatabase } from "./catalog/database.ts";

/** `createDatabase` makes a place without a catalog for each test. Uses vitest's `describe`: call it at the top of a test file. */
export function describeCatalogContract(name: string, createDatabase: CreateCatalogDatabase): void {
  describe(`catalog contract: ${name}`, () => {
    const frame = useCatalog(createDatabase);
    describeEntries(frame);
    describeViews(frame);
    describeViewProperty(frame);
    describeGenerations(frame);
  });
}

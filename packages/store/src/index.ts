export { copyTaskDatabase } from "./backup/copy-task-database.ts";
export {
  assertIntactPages,
  examineTaskDatabase,
  type TaskDatabaseExamination,
} from "./backup/examine-task-database.ts";
export { listNeededObjects, type NeededObject } from "./backup/needed-objects.ts";
export { salvageTaskDatabase } from "./backup/salvage-task-database.ts";
export { type OpenSqliteCatalogReader, openSqliteCatalogReader } from "./catalog/sqlite-catalog-reader.ts";
export {
  type OpenSqliteCatalogWriter,
  openSqliteCatalogWriter,
  type SqliteCatalog,
} from "./catalog/sqlite-catalog-writer.ts";
export { makeShrinkable } from "./database/make-shrinkable.ts";
export { removeDatabase } from "./database/remove-database.ts";
export { isDamagedDatabase } from "./database/translate-error.ts";
export { type OpenSqliteTaskStore, openSqliteTaskStore } from "./tasks/sqlite-task-store.ts";

// The table of what is known of repositories: a bounded number of rows for each. `text` beside the record: the same is known once.
export const factMigration = `
CREATE TABLE fact (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  repository_id TEXT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  record TEXT NOT NULL,
  UNIQUE (repository_id, text)
);
`;

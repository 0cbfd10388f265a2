// The tables of index.db. Only ever appended to, though the whole file can be built again.
// generation: what one identity indexed; one is shown to readers. blob: text and chunks, once. entry: a blob at a path, with terms and
// vectors. view_entry: what a view shows; in a delta, a null entry hides the base's. counter: numbers that are never given twice.
// Entries and blobs of a generation that went are not cascaded: there are many of them, so they are collected in small portions.
import type { Schema } from "../database/migrate.ts";

const migrations: readonly string[] = [
  `
CREATE TABLE generation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  identity TEXT NOT NULL UNIQUE,
  is_shown INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  next INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counter VALUES ('chunk', 1), ('version', 1);

CREATE TABLE blob (
  id INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL,
  hash TEXT NOT NULL,
  language TEXT NOT NULL,
  has_parse_errors INTEGER NOT NULL,
  chunks TEXT NOT NULL,
  text BLOB NOT NULL,
  UNIQUE (hash, language, generation)
);

CREATE TABLE entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  generation INTEGER NOT NULL,
  path TEXT NOT NULL,
  hash TEXT NOT NULL,
  blob INTEGER NOT NULL REFERENCES blob (id),
  first_chunk_id INTEGER NOT NULL,
  chunk_count INTEGER NOT NULL,
  terms BLOB NOT NULL,
  vectors BLOB NOT NULL,
  UNIQUE (path, hash, generation)
);
CREATE INDEX entry_by_blob ON entry (blob);

CREATE TABLE view (
  id INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL REFERENCES generation (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  base TEXT,
  version INTEGER NOT NULL,
  is_complete INTEGER NOT NULL,
  files INTEGER NOT NULL,
  chunks INTEGER NOT NULL,
  commit_id TEXT,
  indexed_at_ms INTEGER NOT NULL,
  UNIQUE (name, generation)
);
CREATE INDEX view_by_generation ON view (generation);

CREATE TABLE view_entry (
  view INTEGER NOT NULL REFERENCES view (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  entry INTEGER REFERENCES entry (id),
  chunks INTEGER NOT NULL,
  PRIMARY KEY (view, path)
) WITHOUT ROWID;
CREATE INDEX view_entry_by_entry ON view_entry (entry);

CREATE TABLE skipped (
  view INTEGER NOT NULL REFERENCES view (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  blob TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (view, path)
) WITHOUT ROWID;

CREATE TABLE stat_cache (
  view TEXT PRIMARY KEY,
  data BLOB NOT NULL
);
`,
  // `index` names this file for good, in a vector engine outside. vector_sent: entries that the engine holds, by the root view that they
  // were sent for. vector_gone: entries that it may still hold.
  `
INSERT INTO counter VALUES ('index', abs(random()) % 281474976710656);

CREATE TABLE vector_sent (
  entry INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
  root TEXT NOT NULL,
  PRIMARY KEY (entry, root)
) WITHOUT ROWID;

CREATE TABLE vector_gone (
  entry INTEGER PRIMARY KEY
);

CREATE TRIGGER vector_gone_with_entry BEFORE DELETE ON entry
WHEN EXISTS (SELECT 1 FROM vector_sent WHERE vector_sent.entry = old.id)
BEGIN
  INSERT OR IGNORE INTO vector_gone VALUES (old.id);
END;
`,
  "ALTER TABLE blob ADD COLUMN outline BLOB;",
  // view_change: the paths of the last changes of a view, and which version each of them changed.
  `
CREATE TABLE view_change (
  view INTEGER NOT NULL REFERENCES view (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  before INTEGER NOT NULL,
  paths TEXT NOT NULL,
  PRIMARY KEY (view, version)
) WITHOUT ROWID;
`,
];

export const catalogSchema: Schema = { migrations, isRebuildable: true };

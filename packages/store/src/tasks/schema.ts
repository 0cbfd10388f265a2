// The tables of tasks.db. Only ever appended to: a step that was released is never edited.
// task: a projection of its events, kept in their transaction, with its lease. event: the log. blob: large texts of events, once each.
// approval, remembered_decision: projections of events too; only the revoking of the latter is said here first.
import { factMigration } from "./fact-schema.ts";
import { modelMigration } from "./model-schema.ts";
import { policyFileMigration } from "./policy-files.ts";
import { queueMigration } from "./queue-schema.ts";
import { retentionMigration } from "./retention-schema.ts";

export const taskMigrations: readonly string[] = [
  `
CREATE TABLE repository (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL UNIQUE,
  record TEXT NOT NULL
);

CREATE TABLE task (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  repository_id TEXT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
  spec TEXT NOT NULL,
  priority INTEGER NOT NULL,
  state TEXT NOT NULL,
  seq INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  revision INTEGER,
  base_commit TEXT,
  outcome TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  fence INTEGER NOT NULL DEFAULT 0,
  lease_worker TEXT,
  lease_expires_at_ms INTEGER
);
CREATE INDEX task_by_repository ON task (repository_id, ordinal);
CREATE INDEX task_by_state ON task (state, ordinal);
CREATE INDEX task_to_lease ON task (priority DESC, ordinal) WHERE state IN ('queued', 'running');

CREATE TABLE idempotency (
  key TEXT PRIMARY KEY,
  spec_hash TEXT NOT NULL,
  task INTEGER NOT NULL REFERENCES task (ordinal) ON DELETE CASCADE,
  created_at_ms INTEGER NOT NULL
);
CREATE INDEX idempotency_by_task ON idempotency (task);
CREATE INDEX idempotency_by_time ON idempotency (created_at_ms);

CREATE TABLE event (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  task INTEGER NOT NULL REFERENCES task (ordinal) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  version INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  body TEXT NOT NULL,
  large_texts INTEGER NOT NULL,
  UNIQUE (task, seq)
);

CREATE TABLE blob (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  data BLOB NOT NULL
);

CREATE TABLE event_blob (
  position INTEGER NOT NULL REFERENCES event (position) ON DELETE CASCADE,
  place TEXT NOT NULL,
  blob INTEGER NOT NULL REFERENCES blob (id),
  PRIMARY KEY (position, place)
) WITHOUT ROWID;
CREATE INDEX event_blob_by_blob ON event_blob (blob);

CREATE TABLE token (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  digest TEXT NOT NULL UNIQUE,
  record TEXT NOT NULL,
  last_used_at_ms INTEGER,
  revoked_at_ms INTEGER
);
`,
  `
CREATE TABLE approval (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  task INTEGER NOT NULL REFERENCES task (ordinal) ON DELETE CASCADE,
  repository_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  expires_at_ms INTEGER,
  record TEXT NOT NULL
);
CREATE INDEX approval_by_state ON approval (state, ordinal);
CREATE INDEX approval_by_task ON approval (task, ordinal);
CREATE INDEX approval_to_expire ON approval (expires_at_ms) WHERE state = 'pending' AND expires_at_ms IS NOT NULL;

CREATE TABLE remembered_decision (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  repository_id TEXT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  record TEXT NOT NULL,
  revoked_at_ms INTEGER,
  revoked_by TEXT
);
CREATE UNIQUE INDEX remembered_decision_in_force ON remembered_decision (repository_id, key) WHERE revoked_at_ms IS NULL;
`,
  `
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  task_id TEXT,
  record TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX audit_by_task ON audit (task_id, seq) WHERE task_id IS NOT NULL;

CREATE TABLE audit_anchor (seq INTEGER NOT NULL, hash TEXT NOT NULL);
INSERT INTO audit_anchor VALUES (0, '0000000000000000000000000000000000000000000000000000000000000000');
`,
  modelMigration,
  queueMigration,
  policyFileMigration,
  factMigration,
  retentionMigration,
  // Bodies of events may be deflated from here on (body-text.ts); an older version could not read them.
  "SELECT 1",
];

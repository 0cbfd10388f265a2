// The tables and columns of the queue. `leased_turn`: of a repository, higher the later it was served. A lease that was given at
// `lease_started_at_ms` is as long as to its end from there.
export const queueMigration = `
ALTER TABLE task ADD COLUMN not_before_ms INTEGER;
ALTER TABLE task ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN reason TEXT;
ALTER TABLE task ADD COLUMN lease_started_at_ms INTEGER;
ALTER TABLE repository ADD COLUMN leased_turn INTEGER NOT NULL DEFAULT 0;

DROP INDEX task_to_lease;
CREATE INDEX task_to_lease ON task (repository_id, priority DESC, ordinal) WHERE state = 'queued';
CREATE INDEX task_running ON task (repository_id, ordinal) WHERE state = 'running';
CREATE INDEX task_leased ON task (repository_id, lease_expires_at_ms) WHERE lease_expires_at_ms IS NOT NULL;
CREATE INDEX task_due ON task (not_before_ms) WHERE state = 'scheduled';

CREATE TABLE task_dependency (
  task INTEGER NOT NULL REFERENCES task (ordinal) ON DELETE CASCADE,
  after INTEGER NOT NULL REFERENCES task (ordinal) ON DELETE CASCADE,
  PRIMARY KEY (task, after)
) WITHOUT ROWID;
CREATE INDEX task_dependency_by_after ON task_dependency (after);

CREATE TABLE queue_pause (
  scope TEXT PRIMARY KEY,
  repository_id TEXT REFERENCES repository (id) ON DELETE CASCADE,
  record TEXT NOT NULL
);

CREATE TABLE schedule (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  repository_id TEXT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  record TEXT NOT NULL,
  UNIQUE (repository_id, name)
);
`;

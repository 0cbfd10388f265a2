// The tables of what was removed: a line for each of the last tasks, so that somebody who asks for one is told what became of it, and totals.
// `is_collected`: no files of it are left. `forgotten_through`: lines of ids up to it are gone themselves.
export const retentionMigration = `
CREATE TABLE removed_task (
  id TEXT PRIMARY KEY,
  repository_id TEXT NOT NULL,
  state TEXT NOT NULL,
  ended_at_ms INTEGER NOT NULL,
  removed_at_ms INTEGER NOT NULL,
  is_collected INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX removed_task_to_collect ON removed_task (id) WHERE is_collected = 0;

CREATE TABLE retention (
  removed_tasks INTEGER NOT NULL,
  removed_events INTEGER NOT NULL,
  removed_through INTEGER NOT NULL,
  removed_through_ms INTEGER,
  last_removed_at_ms INTEGER,
  forgotten_through TEXT NOT NULL
);
INSERT INTO retention VALUES (0, 0, 0, NULL, NULL, '');
`;

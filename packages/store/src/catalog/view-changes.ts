// Which paths of a view changed between two of its versions, so that a reader in memory need not read all of it again. A short memory:
// what is not in it any more is read as a whole.
// Invariant: each row says of which version it is the next one; what lies between two versions is known only where the chain is whole.
import type { ViewDifference, ViewVersions } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";
import type { ViewRow } from "./view-summary.ts";

/** Paths of one change, and of a difference: more are read faster as a whole. */
const maxPaths = 256;
/** Changes kept of each view. */
const maxChanges = 32;

/** Inside a `write`. Paths that did not change may be among them. */
export type NoteChange = (view: number, before: ViewRow | undefined, after: ViewRow, paths: Iterable<string>) => void;

export function createNoteChange(connection: Connection): NoteChange {
  const insert = connection.prepare("INSERT INTO view_change (view, version, before, paths) VALUES (?, ?, ?, ?)");
  const forget = connection.prepare("DELETE FROM view_change WHERE view = ?");
  const trim = connection.prepare(
    `DELETE FROM view_change WHERE view = @view AND version <=
       (SELECT version FROM view_change WHERE view = @view ORDER BY version DESC LIMIT 1 OFFSET ${maxChanges})`,
  );
  return (view, before, after, given) => {
    const paths = [...given];
    if (before === undefined || before.base !== after.base || paths.length > maxPaths) {
      forget.run(view);
      return;
    }
    insert.run(view, after.version, before.version, JSON.stringify(paths));
    trim.run({ view });
  };
}

/** Inside a `read`. `below`: the view's base, where it has one. */
export type FindDifference = (view: ViewRow, below: ViewRow | undefined, since: ViewVersions) => ViewDifference | null;

export function createFindDifference(connection: Connection): FindDifference {
  const changes = connection.prepare<{ version: number; before: number; paths: string }>(
    "SELECT version, before, paths FROM view_change WHERE view = ? AND version > ? ORDER BY version",
  );
  const shown = connection.prepare<{ entry: number | null }>(
    "SELECT entry FROM view_entry WHERE view = ? AND path = ?",
  );
  const skipped = connection.prepare<{ files: number }>(
    `SELECT (SELECT count(*) FROM skipped WHERE view = @view) + (
       SELECT count(*) FROM skipped AS under WHERE under.view = @base
         AND NOT EXISTS (SELECT 1 FROM view_entry WHERE view_entry.view = @view AND view_entry.path = under.path)
         AND NOT EXISTS (SELECT 1 FROM skipped WHERE skipped.view = @view AND skipped.path = under.path)
     ) AS files`,
  );
  const isSkipped = connection.prepare("SELECT 1 FROM skipped WHERE view = ? AND path = ?");

  /** Null where the chain from that version to the present one has a gap. */
  function pathsSince({ id, version }: ViewRow, since: number): string[] | null {
    const paths: string[] = [];
    let reached = since;
    for (const change of changes.all(id, since)) {
      if (change.before !== reached) return null;
      reached = change.version;
      paths.push(...(JSON.parse(change.paths) as string[]));
    }
    return reached === version ? paths : null;
  }

  return (view, below, since) => {
    if ((view.base === null) !== (since.baseVersion === null) || (view.base !== null && below === undefined))
      return null;
    const own = pathsSince(view, since.version);
    const under = below === undefined ? [] : pathsSince(below, since.baseVersion ?? 0);
    if (own === null || under === null) return null;
    const paths = new Set([...own, ...under]);
    if (paths.size > maxPaths) return null;
    const entries = new Map<string, number | null>();
    for (const path of paths) {
      const isOwn = below === undefined || isSkipped.get(view.id, path) !== undefined;
      const row = shown.get(view.id, path) ?? (isOwn ? undefined : shown.get(below.id, path));
      entries.set(path, row?.entry ?? null);
    }
    return { entries, skippedFiles: skipped.get({ view: view.id, base: below?.id ?? 0 })?.files ?? 0 };
  };
}

// Changes what a view shows, as one step for its readers. Knows entries by path and blob only; makes none.
import { OutpostError } from "@outpost/protocol";
import type { SkippedFile, ViewChange, ViewSummary } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";
import { createCounter } from "./counter.ts";
import type { Entries } from "./entries.ts";
import { createNoteChange } from "./view-changes.ts";
import type { ViewRow, Views } from "./view-summary.ts";

/** What a view shows at a path; `entry` null: nothing, whatever its base has. */
interface Shown {
  entry: number | null;
  chunks: number;
}

const hidden: Shown = { entry: null, chunks: 0 };

/** By path; undefined: the view says nothing of the path. */
type Rows = Map<string, Shown | undefined>;

/** What views say now, with the blob that is shown; null where none is. */
type OwnRows = Map<string, Shown & { hash: string | null }>;

interface ShownRow extends Shown {
  path: string;
}

/** Up to so many rows are counted by themselves; more, with all of the view. */
const maxCounted = 256;

/** Inside a `write`. */
export type ChangeView = (generation: number, change: ViewChange) => ViewSummary;

export function createChangeView(connection: Connection, entries: Entries, views: Views): ChangeView {
  const store = createViewRows(connection);
  const noteChange = createNoteChange(connection);
  return (generation, change) => {
    const base = findBase(views, generation, change);
    const before = views.find(generation, change.viewId);
    assertSameBase(before, change);
    const all = change.replace && before ? store.all(before.id) : undefined;
    const below = change.replace && base ? store.all(base.id) : undefined;
    const set = findEntries(entries, generation, change, [all, below]);
    const rows = change.replace ? planReplace(set, below) : planChange(set, change);
    for (const path of all?.keys() ?? []) if (!rows.has(path)) rows.set(path, undefined);
    const own = all ?? (before && rows.size <= maxCounted ? store.some(before.id, rows.keys()) : undefined);
    if (before && all && isSame(before, change, rows, all) && store.showsSkipped(before.id, change, set)) {
      store.look(before.id, change);
      return views.summarize(generation, { ...before, indexed_at_ms: change.nowMs });
    }
    const view = store.touch(generation, change);
    store.write(view, rows, own);
    store.writeSkipped(view, change, set);
    if (own === undefined) store.count(view);
    else store.add(view, countDifference(rows, own));
    const after = views.find(generation, change.viewId);
    if (after === undefined) throw new Error(`view "${change.viewId}" was written and is not there`);
    noteChange(view, before, after, changedPaths(rows, own));
    return views.summarize(generation, after);
  };
}

/** All that is shown: a delta says only what differs from its base. */
function planReplace(set: Rows, base: OwnRows | undefined): Rows {
  if (base === undefined) return new Map(set);
  const rows: Rows = new Map();
  for (const [path, shown] of set) if (shown?.entry !== base.get(path)?.entry) rows.set(path, shown);
  for (const path of base.keys()) if (!set.has(path)) rows.set(path, hidden);
  return rows;
}

/** A delta keeps what it was told even where its base says the same now: the base may move on. */
function planChange(set: Rows, { base, removed, skipped }: ViewChange): Rows {
  const gone = base === null ? undefined : hidden;
  const rows: Rows = new Map();
  for (const path of removed) rows.set(path, gone);
  for (const { path } of skipped) rows.set(path, gone);
  for (const [path, shown] of set) rows.set(path, shown);
  return rows;
}

/** Those of a replacement that say what was said already are none. */
function changedPaths(rows: Rows, own: OwnRows | undefined): string[] {
  if (own === undefined) return [...rows.keys()];
  return [...rows].flatMap(([path, shown]) => (own.get(path)?.entry === shown?.entry ? [] : [path]));
}

/** A replacement that shows what is shown: nobody need load anything. */
function isSame(before: ViewRow, { complete, commit, base }: ViewChange, rows: Rows, own: OwnRows): boolean {
  if ((before.is_complete === 1) !== complete || before.commit_id !== commit || before.base !== base) return false;
  for (const [path, shown] of rows) {
    const there = own.get(path);
    if (shown === undefined || there === undefined || there.entry !== shown.entry) return false;
  }
  return rows.size === own.size;
}

/** How many files and chunks more the rows show than what was there. */
function countDifference(rows: Rows, own: OwnRows): { files: number; chunks: number } {
  const difference = { files: 0, chunks: 0 };
  for (const [path, shown] of rows) {
    const there = own.get(path);
    difference.files += Number((shown?.entry ?? null) !== null) - Number((there?.entry ?? null) !== null);
    difference.chunks += (shown?.chunks ?? 0) - (there?.chunks ?? 0);
  }
  return difference;
}

/** What is shown already need not be looked for: that is nearly all of a replacement. */
function findEntries(
  entries: Entries,
  generation: number,
  { set, viewId }: ViewChange,
  known: readonly (OwnRows | undefined)[],
): Rows {
  const rows: Rows = new Map();
  for (const { path, blob } of set) {
    const shown = known.find((own) => own?.get(path)?.hash === blob)?.get(path);
    if (shown !== undefined) {
      rows.set(path, shown);
      continue;
    }
    const entry = entries.find(generation, path, blob);
    if (entry === undefined) {
      throw new OutpostError(
        "conflict",
        `view "${viewId}" cannot show "${path}": blob "${blob}" is not stored there yet`,
        {
          details: { reason: "entry", path, blob },
        },
      );
    }
    rows.set(path, { entry: entry.id, chunks: entry.chunk_count });
  }
  return rows;
}

function findBase(views: Views, generation: number, { base, viewId }: ViewChange): ViewRow | undefined {
  if (base === null) return undefined;
  const row = views.find(generation, base);
  if (row !== undefined && row.base === null && base !== viewId) return row;
  const why = row === undefined ? "is not there" : "is a delta itself";
  throw new OutpostError("conflict", `view "${viewId}" cannot be a delta of "${base}", which ${why}`, {
    details: { reason: "base", base },
  });
}

function assertSameBase(before: ViewRow | undefined, { base, replace, viewId }: ViewChange): void {
  if (before === undefined || replace || before.base === base) return;
  throw new OutpostError(
    "conflict",
    `view "${viewId}" is based on "${before.base}", not "${base}"; replace it as a whole`,
    {
      details: { reason: "base", base: before.base },
    },
  );
}

function createViewRows(connection: Connection) {
  const versions = createCounter(connection, "version");
  const upsertView = connection.prepare<{ id: number }>(
    `INSERT INTO view (generation, name, base, version, is_complete, commit_id, indexed_at_ms, files, chunks)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)
     ON CONFLICT (name, generation) DO UPDATE SET base = excluded.base, version = excluded.version,
       is_complete = excluded.is_complete, commit_id = excluded.commit_id, indexed_at_ms = excluded.indexed_at_ms
     RETURNING id`,
  );
  // The hash is in an index, beside the path: the entries' own rows are large.
  const all = connection.prepare<ShownRow & { hash: string | null }>(
    `SELECT view_entry.path, entry, chunks, hash FROM view_entry
     LEFT JOIN entry INDEXED BY sqlite_autoindex_entry_1 ON entry.path = view_entry.path AND entry.id = view_entry.entry
     WHERE view = ?`,
  );
  const one = connection.prepare<ShownRow>("SELECT path, entry, chunks FROM view_entry WHERE view = ? AND path = ?");
  const upsert = connection.prepare(
    `INSERT INTO view_entry (view, path, entry, chunks) VALUES (?, ?, ?, ?)
     ON CONFLICT (view, path) DO UPDATE SET entry = excluded.entry, chunks = excluded.chunks`,
  );
  const remove = connection.prepare("DELETE FROM view_entry WHERE view = ? AND path = ?");
  const count = connection.prepare(
    `UPDATE view SET (files, chunks) =
       (SELECT count(entry), coalesce(sum(chunks), 0) FROM view_entry WHERE view_entry.view = view.id)
     WHERE id = ?`,
  );
  const add = connection.prepare("UPDATE view SET files = files + ?, chunks = chunks + ? WHERE id = ?");
  const look = connection.prepare("UPDATE view SET indexed_at_ms = ? WHERE id = ?");
  return {
    look: (view: number, { nowMs }: ViewChange) => void look.run(nowMs, view),
    /** Makes the view, or says that it changed. Returns its row's id. */
    touch(generation: number, { viewId, base, complete, commit, nowMs }: ViewChange): number {
      const version = versions.read();
      versions.write(version + 1);
      const row = upsertView.get(generation, viewId, base, version, complete ? 1 : 0, commit, nowMs);
      if (row === undefined) throw new Error(`view "${viewId}" was not written`);
      return row.id;
    },
    all: (view: number): OwnRows => new Map(all.all(view).map((row) => [row.path, row])),
    some(view: number, paths: Iterable<string>): OwnRows {
      const rows: OwnRows = new Map();
      for (const path of paths) {
        const row = one.get(view, path);
        if (row !== undefined) rows.set(path, { ...row, hash: null });
      }
      return rows;
    },
    /** `own`: what is there, when that is known; rows that are so already are not written again. */
    write(view: number, rows: Rows, own: OwnRows | undefined): void {
      for (const [path, shown] of rows) {
        if (shown === undefined) remove.run(view, path);
        else if (own?.get(path)?.entry !== shown.entry) upsert.run(view, path, shown.entry, shown.chunks);
      }
    },
    ...createSkippedRows(connection),
    count: (view: number) => void count.run(view),
    add: (view: number, { files, chunks }: { files: number; chunks: number }) => void add.run(files, chunks, view),
  };
}

/** A path is shown, skipped, or neither; what was said of it before is forgotten. */
function createSkippedRows(connection: Connection) {
  const removeAll = connection.prepare("DELETE FROM skipped WHERE view = ?");
  const remove = connection.prepare("DELETE FROM skipped WHERE view = ? AND path = ?");
  const insert = connection.prepare(
    "INSERT OR REPLACE INTO skipped (view, path, blob, reason, detail) VALUES (?, ?, ?, ?, ?)",
  );
  const all = connection.prepare<SkippedFile>("SELECT path, blob, reason, detail FROM skipped WHERE view = ?");
  const keyOf = ({ path, blob, reason, detail }: SkippedFile) => [path, blob, reason, detail].join("\0");
  return {
    /** Whether the view says of exactly these files that they are skipped. */
    showsSkipped(view: number, { skipped }: ViewChange, set: Rows): boolean {
      const wanted = new Set(skipped.filter(({ path }) => !set.has(path)).map(keyOf));
      const there = all.all(view);
      return there.length === wanted.size && there.every((file) => wanted.has(keyOf(file)));
    },
    writeSkipped(view: number, { replace, removed, skipped }: ViewChange, set: Rows): void {
      if (replace) removeAll.run(view);
      else for (const path of [...removed, ...set.keys()]) remove.run(view, path);
      for (const { path, blob, reason, detail } of skipped)
        if (!set.has(path)) insert.run(view, path, blob, reason, detail);
    },
  };
}

// What is brought over beside tasks and events: plain tables row by row, keys of requests, the audit log up to its first break, totals.
import type { SalvageReport } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import { assertDidNotFail } from "../database/translate-error.ts";
import { type ChainedRow, chainStart, hashOf } from "../tasks/audit-chain.ts";
import type { DamagedRows } from "./damaged-rows.ts";
import type { SalvageOptions } from "./salvage-options.ts";
import type { SalvagedTasks } from "./salvaged-tasks.ts";

/** Rows that the new tables refuse, because what they point to is lost, are left out. */
export function copyRows(
  rows: DamagedRows,
  target: Connection,
  table: string,
  key: string | undefined,
  complain: (text: string) => void,
): void {
  const columns = target.prepare<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all();
  const known = new Set(columns.map(({ name }) => name));
  const numbered = key === undefined ? undefined : rows.byNumber(table, key);
  let refused = 0;
  for (const row of numbered?.rows ?? rows.fromEnds(table)) {
    const given = Object.entries(row).filter(([name]) => known.has(name));
    const names = given.map(([name]) => name).join(", ");
    const insert = target.prepare(
      `INSERT OR REPLACE INTO ${table} (${names}) VALUES (${given.map(() => "?").join(", ")})`,
    );
    try {
      insert.run(...given.map(([, value]) => value));
    } catch (error) {
      assertDidNotFail(error, target.path);
      refused += 1;
    }
  }
  const lost = refused + (numbered?.lost() ?? 0);
  if (lost > 0) complain(`table ${table}: up to ${lost} rows cannot be read or belong to what is lost`);
}

/** Keys of requests whose task is there. */
export function copyKeys(rows: DamagedRows, target: Connection, salvaged: SalvagedTasks): void {
  const insert = target.prepare(
    "INSERT OR IGNORE INTO idempotency (key, spec_hash, task, created_at_ms) VALUES (?, ?, ?, ?)",
  );
  const ids = salvaged.ids;
  for (const { key, spec_hash, task, created_at_ms } of rows.fromEnds("idempotency"))
    if (ids.has(Number(task))) insert.run(key ?? null, spec_hash ?? null, task ?? null, created_at_ms ?? null);
}

/** The longest chain from its beginning; what comes behind a break is handed out, for whoever has a head noted down. */
export function salvageAudit(
  { unplaced, nowMs }: SalvageOptions,
  rows: DamagedRows,
  target: Connection,
  report: SalvageReport,
  complain: (text: string) => void,
): void {
  const insert = target.prepare("INSERT INTO audit (seq, at_ms, task_id, record, hash) VALUES (?, ?, ?, ?, ?)");
  const [anchor] = rows.fromEnds("audit_anchor");
  let head = { seq: Number(anchor?.["seq"] ?? 0), hash: String(anchor?.["hash"] ?? chainStart) };
  target.prepare("UPDATE audit_anchor SET seq = ?, hash = ?").run(head.seq, head.hash);
  let highest = head.seq;
  const add = (row: ChainedRow, taskId: string | null): void => {
    insert.run(row.seq, row.at_ms, taskId, row.record, row.hash);
    head = { seq: row.seq, hash: row.hash };
  };
  for (const given of rows.byNumber("audit", "seq").rows) {
    const row = given as unknown as ChainedRow & { task_id: string | null };
    highest = Math.max(highest, row.seq);
    if (row.seq === head.seq + 1 && row.hash === hashOf(head.hash, row)) {
      add(row, row.task_id);
      report.audit.kept += 1;
    } else {
      report.audit.unplaced += 1;
      unplaced({ audit: row });
    }
  }
  if (report.audit.unplaced > 0)
    complain(
      `audit log: whole up to entry ${head.seq}; ${report.audit.unplaced} later entries are among what has no place`,
    );
  const { tasks, events } = report;
  const record = JSON.stringify({ type: "tasks.salvaged", tasks, events });
  const row = { seq: head.seq + 1, at_ms: nowMs, record };
  add({ ...row, hash: hashOf(head.hash, row) }, null);
}

export function copyTotals(rows: DamagedRows, target: Connection): void {
  const [row] = rows.fromEnds("retention");
  if (row === undefined) return;
  const names = Object.keys(row);
  const update = target.prepare(`UPDATE retention SET ${names.map((name) => `${name} = ?`).join(", ")}`);
  update.run(...Object.values(row));
}

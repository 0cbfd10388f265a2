// `outpost audit`: the audit log, and whether it is as it was written.
import { type AuditEntry, type AuditRecord, type AuditVerification, OutpostError } from "@outpost/protocol";
import { count, day } from "../render/layout.ts";
import { type Paint, printable } from "../render/paint.ts";
import { renderTable } from "../render/table.ts";
import type { CommandContext } from "./context.ts";
import { findTaskId } from "./find-task.ts";
import { numberOption } from "./number-option.ts";

interface AuditOptions {
  task?: string;
  limit?: string;
  verify?: boolean;
  head?: string;
}

export async function auditCommand(context: CommandContext, options: AuditOptions): Promise<void> {
  if (options.verify) return verifyCommand(context, options.head);
  if (options.head !== undefined) throw new OutpostError("invalid_input", "--head goes with --verify");
  const limit = numberOption("--limit", options.limit, { min: 1, max: 200, otherwise: 30 });
  const connection = await context.connect();
  const taskId = options.task === undefined ? undefined : await findTaskId(connection, options.task);
  const { items } = await connection.client.call("listAudit", { query: { limit, ...(taskId && { taskId }) } });
  context.give(items, () => renderAudit(items.toReversed(), context.paint));
}

export function renderAudit(entries: readonly AuditEntry[], paint: Paint): string {
  const rows = entries.map(({ seq, atMs, record }) => [
    paint("dim", String(seq).padStart(6)),
    paint("dim", new Date(atMs).toISOString().replace("T", " ").slice(0, 19)),
    printable(describeRecord(record)),
  ]);
  return renderTable([{}, { worth: 1 }, { least: 40 }], rows, paint.columns).join("\n");
}

/** Exit code 1 when the log is not as it was written. */
async function verifyCommand(context: CommandContext, head: string | undefined): Promise<void> {
  const { client } = await context.connect();
  const verified = await client.call("verifyAudit", { query: head === undefined ? {} : { head } });
  context.tell(verified, describeVerification);
  if (!verified.ok) process.exitCode = 1;
}

function describeVerification({ ok, entries, firstSeq, head, problem }: AuditVerification): string {
  if (!ok) return `the audit log is not as it was written: ${printable(problem ?? "unknown")}`;
  if (head === null) return "the audit log is empty";
  return `the audit log is whole: ${count(entries, "entry")}, from number ${firstSeq}\nhead ${head}`;
}

export function describeRecord(record: AuditRecord): string {
  switch (record.type) {
    case "server.started":
      return `server ${record.version} started; commands run in ${record.sandbox}${record.sandboxReady ? "" : ", which is not ready"}`;
    case "command.started":
      return `runs ${commandLine(record.argv)} in ${record.cwd} (${record.sandbox}) for ${record.taskId}`;
    case "command.ended": {
      const end = record.exitCode === null ? record.ended : `exit code ${record.exitCode}`;
      return `ran (${end} after ${record.durationMs} ms) ${commandLine(record.argv)}`;
    }
    case "call.judged":
      return `${record.verdict} ${record.tool} ${record.arguments}${record.rule ? ` by rule ${record.rule}` : ""} for ${record.taskId}`;
    case "approval.decided":
      return `${record.by} ${record.accepted ? "accepted" : "refused"} ${record.approvalId} of ${record.taskId}${record.answer ? `: ${record.answer}` : ""}`;
    case "change.accepted": {
      const secrets = record.allowedSecrets.length > 0 ? `, allowing ${record.allowedSecrets.join(", ")}` : "";
      return `${record.by} accepted change ${record.revision} of ${record.taskId} (${record.target})${secrets}`;
    }
    case "change.rejected":
      return `${record.by} rejected change ${record.revision} of ${record.taskId}`;
    case "change.reverted":
      return `${record.by} reverted change ${record.revision} of ${record.taskId}`;
    case "tasks.removed":
      return `${count(record.tasks, "task")} that ended ${day(record.fromMs)} to ${day(record.toMs)} were removed, with ${count(record.events, "event")}`;
    case "tasks.salvaged":
      return `the database was salvaged: ${count(record.tasks.whole, "task")} whole, ${record.tasks.cut} cut, ${record.tasks.begunAgain} begun again, ${record.tasks.lost} lost; ${count(record.events.lost, "event")} lost`;
    case "fact.changed":
      return `${record.by} ${record.action} the fact ${record.factId} of ${record.repositoryId}: ${record.text}`;
    case "token.created":
      return `${record.by} made the token "${record.name}" (${record.scopes.join(", ")})`;
    case "token.revoked":
      return `${record.by} revoked the token "${record.name}"`;
    case "policy.changed":
      return `policy ${record.source} ${describeHashes(record)}${record.detail ? `: ${record.detail}` : ""}`;
  }
}

function describeHashes({ before, sha256 }: { before: string | null; sha256: string | null }): string {
  const short = (hash: string): string => hash.slice(0, 12);
  if (sha256 === null) return `is gone, was ${before === null ? "unknown" : short(before)}`;
  return before === null ? `is new, ${short(sha256)}` : `changed from ${short(before)} to ${short(sha256)}`;
}

/** As one would type it; what needs quotes is shown as JSON. */
function commandLine(argv: readonly string[]): string {
  return argv.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : JSON.stringify(part))).join(" ");
}

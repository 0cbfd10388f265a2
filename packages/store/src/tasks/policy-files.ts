// Which policy files were in force last, so that a change of one is told from its being read again. Kept apart from the audit log, whose bound
// may drop the entry. Knows no files.
import type { AuditLog } from "@outpost/core";
import type { Connection } from "../database/connection.ts";
import type { AuditTable } from "./audit.ts";

export const policyFileMigration = `
CREATE TABLE policy_file (source TEXT PRIMARY KEY, sha256 TEXT) WITHOUT ROWID;
`;

export function createPolicyFiles(connection: Connection, audit: AuditTable): Pick<AuditLog, "notePolicyFiles"> {
  const known = connection.prepare<{ sha256: string | null }>("SELECT sha256 FROM policy_file WHERE source = ?");
  const remember = connection.prepare("INSERT OR REPLACE INTO policy_file (source, sha256) VALUES (?, ?)");
  const sha256Of = (source: string): string | null => known.get(source)?.sha256 ?? null;
  return {
    async notePolicyFiles(files, nowMs) {
      // Looking first keeps what only reads a policy from the write lock.
      if (connection.read(() => files.every(({ source, sha256 }) => sha256Of(source) === sha256))) return;
      connection.write(() => {
        for (const file of files) {
          const before = sha256Of(file.source);
          if (before === file.sha256) continue;
          remember.run(file.source, file.sha256);
          audit.insert([{ type: "policy.changed", ...file, before }], nowMs);
        }
      });
    },
  };
}

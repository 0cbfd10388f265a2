// Access tokens: their records and digests, never the tokens themselves. Whether one may be used is for its reader to decide.
import type { TaskStore } from "@outpost/core";
import { AccessToken, OutpostError } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { AuditTable } from "./audit.ts";

const server = "server";
const touchIntervalMs = 60_000;

interface TokenRow {
  record: string;
  last_used_at_ms: number | null;
  revoked_at_ms: number | null;
}

type AccessTokens = Pick<TaskStore, "createToken" | "findTokenByDigest" | "listTokens" | "revokeToken" | "touchToken">;

export function createAccessTokens(connection: Connection, audit: Pick<AuditTable, "insert">): AccessTokens {
  const insert = connection.prepare(
    "INSERT INTO token (id, digest, record, last_used_at_ms, revoked_at_ms) VALUES (?, ?, ?, ?, ?)",
  );
  const same = connection.prepare("SELECT id FROM token WHERE id = ? OR digest = ?");
  const columns = "record, last_used_at_ms, revoked_at_ms";
  const byDigest = connection.prepare<TokenRow>(`SELECT ${columns} FROM token WHERE digest = ?`);
  const byId = connection.prepare<TokenRow>(`SELECT ${columns} FROM token WHERE id = ?`);
  const all = connection.prepare<TokenRow>(`SELECT ${columns} FROM token ORDER BY ordinal`);
  const revoke = connection.prepare("UPDATE token SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL");
  const touch = connection.prepare("UPDATE token SET last_used_at_ms = ? WHERE id = ?");
  return {
    async createToken(token, digest, by = server) {
      connection.write(() => {
        if (same.get(token.id, digest)) throw new OutpostError("conflict", `token "${token.name}" exists already`);
        insert.run(token.id, digest, JSON.stringify(token), token.lastUsedAtMs, token.revokedAtMs);
        const { id: tokenId, name, scopes, createdAtMs, expiresAtMs } = token;
        audit.insert([{ type: "token.created", tokenId, name, scopes, expiresAtMs, by }], createdAtMs);
      });
    },
    async findTokenByDigest(digest) {
      const row = connection.read(() => byDigest.get(digest));
      return row && toToken(row);
    },
    listTokens: async () => connection.read(() => all.all().map(toToken)),
    /** Revoking again changes nothing. */
    async revokeToken(tokenId, nowMs, by = server) {
      return connection.write(() => {
        const { changes } = revoke.run(nowMs, tokenId);
        const row = byId.get(tokenId);
        if (row && changes > 0) audit.insert([{ type: "token.revoked", tokenId, name: toToken(row).name, by }], nowMs);
        if (row) return toToken(row);
        throw new OutpostError("not_found", `there is no token "${tokenId}"`, { details: { tokenId } });
      });
    },
    /** A token that is not there is no matter: its request has been answered already. */
    async touchToken(tokenId, nowMs) {
      const row = connection.read(() => byId.get(tokenId));
      if (row === undefined) return;
      if (row.last_used_at_ms !== null && nowMs - row.last_used_at_ms < touchIntervalMs) return;
      connection.write(() => touch.run(nowMs, tokenId));
    },
  };
}

function toToken(row: TokenRow): AccessToken {
  return AccessToken.parse({
    ...JSON.parse(row.record),
    lastUsedAtMs: row.last_used_at_ms,
    revokedAtMs: row.revoked_at_ms,
  });
}

// Access tokens. Covered: random 256-bit tokens, stored as SHA-256, found by digest, scopes, expiry, revocation, last use.
// Not covered: rates (rate-limits.ts), rotation.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import {
  type AccessToken,
  type CreateTokenRequest,
  type NewId,
  OutpostError,
  type Scope,
  tokenFileName,
  tokenPattern,
} from "@outpost/protocol";

export interface TokenService {
  /** `by`: for the audit log; absent: the server itself. */
  create(request: CreateTokenRequest, by?: string): Promise<{ token: string; record: AccessToken }>;
  /** Throws `unauthorized` (none, unknown, expired, revoked) or `forbidden` (lacks the scope). */
  check(header: string | undefined, scope: Scope): Promise<AccessToken>;
}

interface TokenPorts {
  store: TaskStore;
  newId: NewId;
  nowMs: () => number;
}

export function createTokenService({ store, newId, nowMs }: TokenPorts): TokenService {
  return {
    async create(request, by) {
      const token = `outpost_${randomBytes(32).toString("base64url")}`;
      const record: AccessToken = {
        id: newId("tok"),
        name: request.name,
        scopes: [...new Set(request.scopes)],
        createdAtMs: nowMs(),
        expiresAtMs: request.expiresAtMs,
        lastUsedAtMs: null,
        revokedAtMs: null,
      };
      await store.createToken(record, digestOf(token), by);
      return { token, record };
    },
    async check(header, scope) {
      const record = await findRecord(store, header);
      if (record.revokedAtMs !== null) throw new OutpostError("unauthorized", "the token was revoked");
      if (record.expiresAtMs !== null && record.expiresAtMs <= nowMs()) {
        throw new OutpostError("unauthorized", `the token "${record.name}" has expired; ask for a new one`);
      }
      if (!record.scopes.includes(scope)) {
        throw new OutpostError(
          "forbidden",
          `the token "${record.name}" has the scopes ${record.scopes.join(", ")}; this needs "${scope}"`,
        );
      }
      // When it was last used is not worth a request that a full disk would fail.
      await store.touchToken(record.id, nowMs()).catch(() => {});
      return record;
    },
  };
}

async function findRecord(store: TaskStore, header: string | undefined): Promise<AccessToken> {
  const token = /^Bearer (\S+)$/i.exec(header ?? "")?.[1];
  if (!token) throw new OutpostError("unauthorized", 'a token is required: send "Authorization: Bearer outpost_…"');
  // A lookup by digest takes no time that depends on how much of a token is right.
  const record = tokenPattern.test(token) ? await store.findTokenByDigest(digestOf(token)) : undefined;
  if (!record) throw new OutpostError("unauthorized", "the token is not known to this server");
  return record;
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** The token with all scopes that the CLI on the same machine finds: made at the first start, readable by the server's user only. */
export async function ensureLocalToken(dataDirectory: string, service: TokenService): Promise<string> {
  const path = join(dataDirectory, tokenFileName);
  if (existsSync(path)) {
    const token = readFileSync(path, "utf8").trim();
    try {
      await service.check(`Bearer ${token}`, "admin");
      return token;
    } catch {
      // Revoked, or from another database: make a new one.
    }
  }
  const { token } = await service.create({
    name: "local",
    scopes: ["read", "submit", "approve", "admin"],
    expiresAtMs: null,
  });
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  return token;
}

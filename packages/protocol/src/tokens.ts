// Access tokens: 32 random bytes, stored only as a digest, with scopes.
import { z } from "zod";
import { TokenId } from "./ids.ts";

/** `read` sees, `submit` adds tasks and messages, `approve` decides changes and approvals, `admin` manages repositories and tokens. */
export const Scope = z.enum(["read", "submit", "approve", "admin"]);
export type Scope = z.infer<typeof Scope>;

export const AccessToken = z.object({
  id: TokenId,
  name: z.string().min(1).max(100),
  scopes: z.array(Scope).min(1),
  createdAtMs: z.int(),
  expiresAtMs: z.int().nullable(),
  lastUsedAtMs: z.int().nullable(),
  revokedAtMs: z.int().nullable(),
});
export type AccessToken = z.infer<typeof AccessToken>;

/** What a token looks like: `outpost_` and 43 characters of base64url. */
export const tokenPattern = /^outpost_[A-Za-z0-9_-]{43}$/;

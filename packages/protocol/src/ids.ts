// Ids: a prefix that says what they name, then 10 characters of time and 12 of randomness, so that they sort by creation time.
// Knows no clock and no randomness: both come in.
import { z } from "zod";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

function idSchema<Prefix extends string>(prefix: Prefix) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-z]{22}$`), `expected an id like ${prefix}_ and 22 characters`)
    .brand<Prefix>();
}

export const RepositoryId = idSchema("rep");
export type RepositoryId = z.infer<typeof RepositoryId>;
export const TaskId = idSchema("tsk");
export type TaskId = z.infer<typeof TaskId>;
export const RunId = idSchema("run");
export type RunId = z.infer<typeof RunId>;
export const ApprovalId = idSchema("apr");
export type ApprovalId = z.infer<typeof ApprovalId>;
export const RememberedDecisionId = idSchema("rem");
export type RememberedDecisionId = z.infer<typeof RememberedDecisionId>;
export const FactId = idSchema("fct");
export type FactId = z.infer<typeof FactId>;
export const TokenId = idSchema("tok");
export type TokenId = z.infer<typeof TokenId>;
export const ScheduleId = idSchema("sch");
export type ScheduleId = z.infer<typeof ScheduleId>;
export const RequestId = idSchema("req");
export type RequestId = z.infer<typeof RequestId>;

export interface IdTypes {
  rep: RepositoryId;
  tsk: TaskId;
  run: RunId;
  apr: ApprovalId;
  rem: RememberedDecisionId;
  fct: FactId;
  tok: TokenId;
  sch: ScheduleId;
  req: RequestId;
}
export type IdPrefix = keyof IdTypes;
export type NewId = <Prefix extends IdPrefix>(prefix: Prefix) => IdTypes[Prefix];

/** Makes an id factory. `nowMs()`: epoch milliseconds; `randomBytes(n)`: n bytes, of which the low five bits are used. */
export function createIdFactory(nowMs: () => number, randomBytes: (count: number) => Uint8Array): NewId {
  return <Prefix extends IdPrefix>(prefix: Prefix) => {
    let time = nowMs();
    let text = "";
    for (let i = 0; i < 10; i++) {
      text = ALPHABET[time % 32] + text;
      time = Math.floor(time / 32);
    }
    for (const byte of randomBytes(12)) text += ALPHABET[byte & 31];
    return `${prefix}_${text}` as IdTypes[Prefix];
  };
}

/** A content address: the SHA-256 of the bytes, in lower-case hexadecimal. */
export const BlobHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<"BlobHash">();
export type BlobHash = z.infer<typeof BlobHash>;
/** A git object id (SHA-1 or SHA-256), in lower-case hexadecimal. */
export const GitObjectId = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
  .brand<"GitObjectId">();
export type GitObjectId = z.infer<typeof GitObjectId>;

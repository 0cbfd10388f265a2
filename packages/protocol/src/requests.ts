// The bodies and queries of requests that are not already a thing of their own.
import { z } from "zod";
import { AppliedFile, ApplyConflict } from "./change.ts";
import { EventEnvelope } from "./events.ts";
import { RepositoryId } from "./ids.ts";
import { limits } from "./limits.ts";
import { Environment, IndexStatus, Repository, RepositorySource } from "./repository.ts";
import { Task, TaskSpec } from "./task.ts";
import { TaskState } from "./task-states.ts";
import { AccessToken, Scope } from "./tokens.ts";

/** Opaque; from the `nextCursor` of the page before. */
const cursor = z.string().max(200).optional();
/** In a query string. */
const pageSize = z.coerce.number().int().min(1).max(limits.pageItems).default(50);

export const RegisterRepositoryRequest = z.strictObject({
  source: RepositorySource,
  name: z.string().min(1).max(100).optional(),
  environment: Environment.optional(),
});
export type RegisterRepositoryRequest = z.infer<typeof RegisterRepositoryRequest>;

export const UpdateRepositoryRequest = z.strictObject({ environment: Environment });
export type UpdateRepositoryRequest = z.infer<typeof UpdateRepositoryRequest>;

export const RepositoryList = z.object({ items: z.array(Repository) });
export type RepositoryList = z.infer<typeof RepositoryList>;

export const IndexRequest = z.strictObject({
  /** Parse and embed everything again, even what has not changed. */
  force: z.boolean().default(false),
});
export type IndexRequest = z.infer<typeof IndexRequest>;

export const SubmitTaskRequest = TaskSpec;
export type SubmitTaskRequest = z.infer<typeof SubmitTaskRequest>;

export const ListTasksQuery = z.strictObject({
  repositoryId: RepositoryId.optional(),
  state: TaskState.optional(),
  cursor,
  limit: pageSize,
});
export type ListTasksQuery = z.infer<typeof ListTasksQuery>;
export const TaskPage = z.object({ items: z.array(Task), nextCursor: z.string().nullable() });
export type TaskPage = z.infer<typeof TaskPage>;

export const ListEventsQuery = z.strictObject({
  /** Only events behind this sequence number (of one task) or position (of all). */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(limits.pageItems).default(100),
});
export type ListEventsQuery = z.infer<typeof ListEventsQuery>;
export const EventPage = z.object({ items: z.array(EventEnvelope) });
export type EventPage = z.infer<typeof EventPage>;

/** A passing frame of a stream, without an id and not stored: a piece of the model's answer. */
export const TokenDelta = z.object({
  taskId: z.string(),
  step: z.int(),
  kind: z.enum(["content", "thinking"]),
  text: z.string(),
});
export type TokenDelta = z.infer<typeof TokenDelta>;

export const AddMessageRequest = z.strictObject({ text: z.string().trim().min(1).max(limits.instructionCharacters) });
export type AddMessageRequest = z.infer<typeof AddMessageRequest>;

export const AnswerApprovalRequest = z.strictObject({
  answer: z.string().max(limits.instructionCharacters).default(""),
  accepted: z.boolean().default(true),
});
export type AnswerApprovalRequest = z.infer<typeof AnswerApprovalRequest>;

export const RevertResponse = z.object({
  task: Task,
  files: z.array(AppliedFile),
  /** What stays: a commit that others followed. */
  note: z.string().nullable().optional(),
});
export type RevertResponse = z.infer<typeof RevertResponse>;

/** The `details` of a `conflict` that apply or revert ends with. */
export const ConflictDetails = z.object({ conflicts: z.array(ApplyConflict) });
export type ConflictDetails = z.infer<typeof ConflictDetails>;

export const CreateTokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(Scope).min(1),
  expiresAtMs: z.int().nullable().default(null),
});
export type CreateTokenRequest = z.infer<typeof CreateTokenRequest>;
/** The only time the token itself is shown. */
export const CreateTokenResponse = z.object({ token: z.string(), record: AccessToken });
export type CreateTokenResponse = z.infer<typeof CreateTokenResponse>;
export const TokenList = z.object({ items: z.array(AccessToken) });
export type TokenList = z.infer<typeof TokenList>;

export const IndexStatusList = z.object({ items: z.array(IndexStatus) });
export type IndexStatusList = z.infer<typeof IndexStatusList>;

export const Health = z.object({ status: z.literal("ok"), version: z.string() });
export type Health = z.infer<typeof Health>;

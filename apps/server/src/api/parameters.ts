// Ids and names out of a request's path and token.
import { OutpostError, RepositoryId, TaskId } from "@outpost/protocol";
import type { z } from "zod";
import type { RouteInput } from "./handlers.ts";

/** Throws `not_found` for what cannot be such an id. */
export function parseId<Schema extends z.ZodType>(
  schema: Schema,
  value: string | undefined,
  what: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new OutpostError("not_found", `there is no ${what} "${(value ?? "").slice(0, 100)}"`);
  return parsed.data;
}

export const repositoryOf = (params: Record<string, string>) =>
  parseId(RepositoryId, params["repositoryId"], "repository");
export const taskOf = (params: Record<string, string>) => parseId(TaskId, params["taskId"], "task");

/** Throws `not_found`. */
export function revisionOf(params: Record<string, string>): number | "latest" {
  const text = params["revision"] ?? "";
  if (text === "latest") return "latest";
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new OutpostError(
      "not_found",
      `there is no revision "${text.slice(0, 50)}"; give a number from 1, or "latest"`,
    );
  return Number(text);
}

/** Of whose token it is. */
export function nameOf(token: RouteInput<"submitTask">["token"]): string {
  return token?.name ?? "unknown";
}

// `outpost repo`: what the server knows.
import { readFileSync } from "node:fs";
import { Environment, OutpostError, type Repository } from "@outpost/protocol";
import { findRepository, findRoot } from "../connection/repository.ts";
import { type Paint, printable, printableName } from "../render/paint.ts";
import { renderTable } from "../render/table.ts";
import type { CommandContext } from "./context.ts";

export async function addRepository(
  context: CommandContext,
  path: string | undefined,
  options: { name?: string },
): Promise<void> {
  const connection = await context.connect("always");
  const absolute = connection.isLocal ? findRoot(path ?? process.cwd()) : path;
  if (!absolute?.startsWith("/"))
    throw new OutpostError("invalid_input", "give the absolute path that the repository has on the server's machine");
  const body = { source: { type: "path" as const, path: absolute }, ...(options.name ? { name: options.name } : {}) };
  const repository = await connection.client.call("registerRepository", { body, signal: context.signal });
  context.give(repository, () => renderRepositories([repository], context.paint));
}

export async function listRepositories(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const { items } = await client.call("listRepositories", {});
  context.give(items, () => renderRepositories(items, context.paint));
}

export async function removeRepository(context: CommandContext, wanted: string): Promise<void> {
  const connection = await context.connect();
  const repository = await findRepository(connection, wanted);
  const removed = await connection.client.call("removeRepository", { params: { repositoryId: repository.id } });
  context.tell(removed, () => `forgot ${printable(removed.name)}: its index and worktrees; the source is as it was`);
}

/** `file`: JSON of the shape that `outpost repo environment` prints; "-" is standard input. */
export async function repositoryEnvironment(
  context: CommandContext,
  wanted: string | undefined,
  options: { set?: string },
): Promise<void> {
  const environment = options.set === undefined ? null : readEnvironment(options.set);
  const connection = await context.connect();
  const repository = await findRepository(connection, wanted);
  const params = { repositoryId: repository.id };
  const updated = environment
    ? await connection.client.call("updateRepository", { params, body: { environment } })
    : repository;
  context.give(updated.environment, (value) => JSON.stringify(value, null, 2));
}

function readEnvironment(path: string): Environment {
  const parsed = Environment.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? ` at ${issue.path.join(".")}` : "";
  throw new OutpostError(
    "invalid_input",
    `"${path}" is no environment${where}: ${issue?.message ?? "invalid"}; see docs/using-outpost.md`,
  );
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path === "-" ? 0 : path, "utf8"));
  } catch (cause) {
    throw new OutpostError("invalid_input", `"${path}" cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
}

export function renderRepositories(items: readonly Repository[], paint: Paint): string {
  if (items.length === 0) return "no repositories; go into one and add it with: outpost repo add";
  const rows = items.map((item) => [
    item.id,
    paint("bold", printableName(item.name)),
    item.source.type === "path" ? printableName(item.source.path) : item.source.type,
    paint("dim", `(${describeHead(item)})`),
  ]);
  return renderTable([{}, { least: 12 }, { worth: 2, least: 20 }, { worth: 1 }], rows, paint.columns).join("\n");
}

function describeHead({ headCommit, headBranch, isGit }: Repository): string {
  if (!isGit) return "a plain folder";
  if (!headCommit) return "no commits yet";
  return `${headBranch === null ? "detached" : printable(headBranch)} at ${headCommit.slice(0, 10)}`;
}

// `outpost repo`: what the server knows.
import { readFileSync } from "node:fs";
import { Environment, OutpostError, type Repository } from "@outpost/protocol";
import { findRepository, findRoot } from "../connection/repository.ts";
import type { CommandContext } from "./context.ts";

export async function addRepository(
  context: CommandContext,
  path: string | undefined,
  options: { name?: string },
): Promise<void> {
  const connection = await context.connect();
  const absolute = connection.isLocal ? findRoot(path ?? process.cwd()) : path;
  if (!absolute) throw new OutpostError("invalid_input", "give the path of the repository on the server");
  const body = { source: { type: "path" as const, path: absolute }, ...(options.name ? { name: options.name } : {}) };
  context.give(await connection.client.call("registerRepository", { body, signal: context.signal }), renderRepository);
}

export async function listRepositories(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const { items } = await client.call("listRepositories", {});
  context.give(items, (all) =>
    all.length === 0 ? "no repositories; add one with: outpost repo add PATH" : all.map(renderRepository).join("\n"),
  );
}

export async function removeRepository(context: CommandContext, wanted: string): Promise<void> {
  const connection = await context.connect();
  const repository = await findRepository(connection, wanted);
  const removed = await connection.client.call("removeRepository", { params: { repositoryId: repository.id } });
  context.give(removed, (value) => `forgot ${value.name}; the source is as it was`);
}

/** `file`: JSON of the shape that `outpost repo environment --json` prints. */
export async function repositoryEnvironment(
  context: CommandContext,
  wanted: string | undefined,
  options: { set?: string },
): Promise<void> {
  const connection = await context.connect();
  let repository = await findRepository(connection, wanted);
  if (options.set) {
    const environment = Environment.safeParse(readJson(options.set));
    if (!environment.success)
      throw new OutpostError(
        "invalid_input",
        `"${options.set}": ${environment.error.issues[0]?.path.join(".")} ${environment.error.issues[0]?.message}`,
      );
    repository = await connection.client.call("updateRepository", {
      params: { repositoryId: repository.id },
      body: { environment: environment.data },
    });
  }
  context.give(repository.environment, (value) => JSON.stringify(value, null, 2));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new OutpostError("invalid_input", `"${path}" cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
}

function renderRepository(repository: Repository): string {
  const place = repository.source.type === "path" ? repository.source.path : repository.source.type;
  const head = repository.headCommit
    ? `${repository.headBranch ?? "detached"} at ${repository.headCommit.slice(0, 10)}`
    : repository.isGit
      ? "no commits yet"
      : "a plain folder";
  return `${repository.id}  ${repository.name}  ${place}  (${head})`;
}

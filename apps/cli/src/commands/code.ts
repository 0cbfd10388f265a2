// `outpost symbols`, `references`, `map`, `explain`, `related` and `index languages`: what the index knows of the code by its names.
import { type Coverage, DefinitionKind, OutpostError, type Repository } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { pathInRepository } from "../connection/path-in-repository.ts";
import { ensureRepository } from "../connection/repository.ts";
import {
  renderExplanation,
  renderLanguages,
  renderMap,
  renderReferences,
  renderRelated,
  renderSymbols,
} from "../render/code.ts";
import { choiceOption } from "./choice-option.ts";
import type { CommandContext } from "./context.ts";
import { bringUpToDate } from "./index-repository.ts";
import { numberOption } from "./number-option.ts";

interface Common {
  repo?: string;
  limit?: string;
}

const maxItems = 500;

export async function languagesCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const languages = await client.call("listLanguages", {});
  context.give(languages, () => renderLanguages(languages.items, context.paint));
}

export async function symbolsCommand(
  context: CommandContext,
  name: string | undefined,
  options: Common & { path?: string; kind?: string; prefix?: boolean },
): Promise<void> {
  const limit = numberOption("--limit", options.limit, { min: 1, max: maxItems, otherwise: 50 });
  if (name === undefined && options.path === undefined)
    throw new OutpostError("invalid_input", "say a name, or --path for all that is defined below a path");
  const kind = options.kind === undefined ? {} : { kind: choiceOption("--kind", options.kind, DefinitionKind.options) };
  const named = name === undefined ? {} : options.prefix ? { prefix: name } : { name };
  const filters = { ...named, ...kind, limit };
  const found = await ask(context, options.repo, ({ client }, { id: repositoryId }, pathOf) =>
    client.call("findSymbols", {
      query: { repositoryId, ...filters, ...pathOf("path", options.path) },
      signal: context.signal,
    }),
  );
  context.give(found, () => renderSymbols(found, context.paint));
}

export async function referencesCommand(
  context: CommandContext,
  name: string,
  options: Common & { path?: string },
): Promise<void> {
  const limit = numberOption("--limit", options.limit, { min: 1, max: maxItems, otherwise: 50 });
  const found = await ask(context, options.repo, ({ client }, { id: repositoryId }, pathOf) =>
    client.call("findReferences", {
      query: { repositoryId, name, limit, ...pathOf("path", options.path) },
      signal: context.signal,
    }),
  );
  context.give(found, () => renderReferences(found, context.paint));
}

export async function mapCommand(
  context: CommandContext,
  options: Common & { tokens?: string; focus?: string },
): Promise<void> {
  const tokens = numberOption("--tokens", options.tokens, { min: 100, max: 32_000, otherwise: 1000 });
  const found = await ask(context, options.repo, ({ client }, { id: repositoryId }, pathOf) => {
    const query = { repositoryId, tokens, ...pathOf("focus", options.focus) };
    return client.call("mapRepository", { query, signal: context.signal });
  });
  context.give(found, () => renderMap(found, context.paint));
}

export async function explainCommand(context: CommandContext, path: string, options: Common): Promise<void> {
  const limit = numberOption("--limit", options.limit, { min: 1, max: maxItems, otherwise: 10 });
  const found = await ask(context, options.repo, ({ client }, { id: repositoryId }, pathOf) =>
    client.call("explainPath", {
      query: { repositoryId, path: "", limit, ...pathOf("path", path) },
      signal: context.signal,
    }),
  );
  context.give(found, () => renderExplanation(found, context.paint));
}

export async function relatedCommand(context: CommandContext, place: string, options: Common): Promise<void> {
  const limit = numberOption("--limit", options.limit, { min: 1, max: 50, otherwise: 8 });
  const [, path, line] = /^(.+):(\d{1,8})$/s.exec(place) ?? [];
  if (path === undefined || line === undefined)
    throw new OutpostError("invalid_input", `"${place}" is no place in the code; write it as PATH:LINE`);
  const found = await ask(context, options.repo, ({ client }, { id: repositoryId }, pathOf) =>
    client.call("findRelated", {
      query: { repositoryId, path, line: Number(line), limit, ...pathOf("path", path) },
      signal: context.signal,
    }),
  );
  context.give(found, () => renderRelated(found, context.paint));
}

/** The parameter of a path that was given, as the server names paths. */
type PathOf = <Name extends string>(name: Name, given: string | undefined) => { [Key in Name]?: string };

/** Asks, and where there is no index yet, makes one and asks again. */
async function ask<Answer extends { coverage: Coverage }>(
  context: CommandContext,
  wanted: string | undefined,
  call: (connection: Connection, repository: Repository, pathOf: PathOf) => Promise<Answer>,
): Promise<Answer> {
  const connection = await context.connect("always");
  const repository = await ensureRepository(connection, wanted);
  const params = { repositoryId: repository.id };
  const { state } = await connection.client.call("getIndexStatus", { params, signal: context.signal });
  if (state === "absent") await bringUpToDate(connection, repository, false, context);
  const pathOf: PathOf = (name, given) => {
    const path = given === undefined ? "" : pathInRepository(given, connection, repository);
    return path === "" ? {} : ({ [name]: path } as { [Key in typeof name]: string });
  };
  return call(connection, repository, pathOf);
}

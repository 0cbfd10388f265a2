// `outpost facts`: what the server knows of a repository besides its code, and what a person makes of it.
import { FactId, FactKind, OutpostError } from "@outpost/protocol";
import { findRepository } from "../connection/repository.ts";
import { renderFact, renderFacts } from "../render/facts.ts";
import { choiceOption } from "./choice-option.ts";
import type { CommandContext } from "./context.ts";

interface FactOptions {
  repo?: string;
  kind?: string;
}

export async function listFactsCommand(context: CommandContext, options: FactOptions): Promise<void> {
  const { client, repositoryId } = await open(context, options);
  const known = await client.call("listFacts", { params: { repositoryId } });
  context.give(known, () => renderFacts(known, context.paint, Date.now()));
}

export async function addFactCommand(context: CommandContext, words: string[], options: FactOptions): Promise<void> {
  const body = { text: words.join(" "), ...kindOf(options) };
  const { client, repositoryId } = await open(context, options);
  const fact = await client.call("addFact", { params: { repositoryId }, body });
  context.give(fact, () => renderFact(fact, context.paint, Date.now()));
}

export async function editFactCommand(
  context: CommandContext,
  wanted: string,
  words: string[],
  options: FactOptions,
): Promise<void> {
  const { client, repositoryId, factId } = await openFact(context, wanted, options);
  const body = { text: words.join(" "), ...kindOf(options) };
  const fact = await client.call("changeFact", { params: { repositoryId, factId }, body });
  context.give(fact, () => renderFact(fact, context.paint, Date.now()));
}

export async function removeFactCommand(context: CommandContext, wanted: string, options: FactOptions): Promise<void> {
  const { client, repositoryId, factId } = await openFact(context, wanted, options);
  const fact = await client.call("removeFact", { params: { repositoryId, factId } });
  context.give(fact, () => `forgotten:\n${renderFact(fact, context.paint, Date.now())}`);
}

async function open(context: CommandContext, { repo }: FactOptions) {
  const connection = await context.connect();
  const { id: repositoryId } = await findRepository(connection, repo);
  return { client: connection.client, repositoryId };
}

async function openFact(context: CommandContext, wanted: string, options: FactOptions) {
  const factId = FactId.safeParse(wanted);
  if (!factId.success) throw new OutpostError("not_found", `there is no fact "${wanted}"; see: outpost facts`);
  return { ...(await open(context, options)), factId: factId.data };
}

function kindOf({ kind }: FactOptions): { kind?: FactKind } {
  return kind === undefined ? {} : { kind: choiceOption("--kind", kind, FactKind.options) };
}

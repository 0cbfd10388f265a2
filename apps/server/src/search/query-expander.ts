// Asks a language model which words the code that a query is about would use. A short answer under a schema, bounded in time; what it said
// once is remembered. A model that is away or says nothing usable costs a search these words and nothing else. Knows no index.
import { isOutpostError, type ModelProfile, type OutpostError, type UsedExpansion } from "@outpost/protocol";
import { composeExpansionPrompt, expansionSchema, readExpansion } from "@outpost/retrieval";
import type { Logger } from "pino";
import { type ModelService, nameOf } from "../models/model-service.ts";

/** Named as for a task; or that of a run, which is known already. */
export type AskedModel = string | ModelProfile;

export interface ExpansionRequest {
  query: string;
  /** What the code is written in; may be empty. */
  languages: readonly string[];
  /** Absent: the first of the server's chain that answers. */
  model?: AskedModel;
}

export interface Expanded {
  /** Null, or without a name and a word: there is none, and `note` says why. With what it took where the model was asked now. */
  expansion: UsedExpansion | null;
  note: string | null;
}

export interface QueryExpander {
  /** Rejects where the request names a model that there is not, and with the signal's reason. */
  expand(request: ExpansionRequest, signal: AbortSignal): Promise<Expanded>;
}

export interface QueryExpanderOptions {
  models: Pick<ModelService, "choose" | "chat">;
  timeoutMs: number;
  nowMs: () => number;
  logger: Logger;
}

/** An answer is some 100 tokens; a model that writes more is cut off, and read as far as it came. */
const maxOutputTokens = 400;
const maxRemembered = 500;
/** A run's model that took too long is left alone by other runs for so long: a model that needs minutes would hold up each of them. */
const slowRestMs = 600_000;

export function createQueryExpander({ models, timeoutMs, nowMs, logger }: QueryExpanderOptions): QueryExpander {
  const remembered = new Map<string, UsedExpansion>();
  /** Until when, by the model's name. */
  const slow = new Map<string, number>();

  function remember(key: string, expansion: UsedExpansion): void {
    if (remembered.size >= maxRemembered) remembered.delete(remembered.keys().next().value ?? "");
    remembered.set(key, expansion);
  }

  async function ask(profile: ModelProfile, request: ExpansionRequest, signal: AbortSignal): Promise<Expanded> {
    const model = nameOf(profile);
    const { system, user } = composeExpansionPrompt(request.query, request.languages);
    const key = JSON.stringify([model, user, ...request.languages]);
    const known = remembered.get(key);
    if (known !== undefined) return { expansion: known, note: null };
    if (isRunModel(request.model) && (slow.get(model) ?? 0) > nowMs())
      return none(`${model} took too long lately, and is not asked by runs for ${slowRestMs / 60_000} minutes`);
    const reply = await models.chat(
      profile,
      {
        messages: [
          { role: "system", content: system },
          { role: "user", content: user },
        ],
        tools: [],
        windowTokens: profile.windowTokens,
        maxOutputTokens,
        responseSchema: expansionSchema,
        think: false,
      },
      () => {},
      signal,
    );
    slow.delete(model);
    const read = readExpansion(reply.content);
    // What it took counts also in vain.
    if (read === null)
      return { ...none(`${model} named none`), expansion: { names: [], words: [], model, usage: reply.usage } };
    remember(key, { ...read, model });
    return { expansion: { ...read, model, usage: reply.usage }, note: null };
  }

  async function choose({ model }: ExpansionRequest, signal: AbortSignal): Promise<ModelProfile> {
    if (isRunModel(model)) return model;
    const named = model === undefined ? {} : { model };
    return (await models.choose({ ...named, allowFallback: false, without: [] }, signal)).profile;
  }

  return {
    async expand(request, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      let profile: ModelProfile | undefined;
      try {
        profile = await choose(request, limited);
        if (profile.provider === "rules") return none("the built-in rules know no other words; name a language model");
        return await ask(profile, request, limited);
      } catch (error) {
        signal.throwIfAborted();
        if (limited.aborted) {
          if (profile !== undefined) slow.set(nameOf(profile), nowMs() + slowRestMs);
          return none(`the model took longer than ${timeoutMs} ms (\`expansionTimeoutMs\`)`);
        }
        if (!isOutpostError(error) || error.code === "internal") throw error;
        if (profile === undefined && request.model !== undefined && isAskersFault(error)) throw error;
        logger.warn({ err: error }, "search.not_expanded");
        return none(error.message);
      }
    },
  };
}

function isRunModel(model: AskedModel | undefined): model is ModelProfile {
  return typeof model === "object";
}

function isAskersFault({ code }: OutpostError): boolean {
  return code === "not_found" || code === "invalid_input";
}

function none(why: string): Expanded {
  return { expansion: null, note: `searched without a model's words: ${why}` };
}

// Asks a language model which words the code that a query is about would use. A short answer under a schema, bounded in time; what it said
// once is remembered. A model that is away or says nothing usable costs a search these words and nothing else. Knows no index.
import { isOutpostError, type ModelProfile, type OutpostError, type UsedExpansion } from "@outpost/protocol";
import { composeExpansionPrompt, expansionSchema, readExpansion } from "@outpost/retrieval";
import type { Logger } from "pino";
import { type ModelService, nameOf } from "../models/model-service.ts";

export interface ExpansionRequest {
  query: string;
  /** What the code is written in; may be empty. */
  languages: readonly string[];
  /** Named as for a task; absent: the first of the server's chain that answers. */
  model?: string;
}

export interface Expanded {
  /** Null: there is none, and `note` says why. With what it took where the model was asked now. */
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
  logger: Logger;
}

/** An answer is some 100 tokens; a model that writes more is cut off, and read as far as it came. */
const maxOutputTokens = 400;
const maxRemembered = 500;

export function createQueryExpander({ models, timeoutMs, logger }: QueryExpanderOptions): QueryExpander {
  const remembered = new Map<string, UsedExpansion>();

  function remember(key: string, expansion: UsedExpansion): void {
    if (remembered.size >= maxRemembered) remembered.delete(remembered.keys().next().value ?? "");
    remembered.set(key, expansion);
  }

  async function ask(profile: ModelProfile, request: ExpansionRequest, signal: AbortSignal): Promise<Expanded> {
    const model = nameOf(profile);
    const key = JSON.stringify([model, request.query, ...request.languages]);
    const known = remembered.get(key);
    if (known !== undefined) return { expansion: known, note: null };
    const { system, user } = composeExpansionPrompt(request.query, request.languages);
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
    const read = readExpansion(reply.content);
    if (read === null) return none(`${model} named none`);
    remember(key, { ...read, model });
    return { expansion: { ...read, model, usage: reply.usage }, note: null };
  }

  return {
    async expand(request, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        const choice = { ...(request.model === undefined ? {} : { model: request.model }), allowFallback: false };
        const { profile } = await models.choose({ ...choice, without: [] }, limited);
        if (profile.provider === "rules") return none("the built-in rules know no other words; name a language model");
        return await ask(profile, request, limited);
      } catch (error) {
        signal.throwIfAborted();
        if (limited.aborted) return none(`the model took longer than ${timeoutMs} ms (\`expansionTimeoutMs\`)`);
        if (!isOutpostError(error) || error.code === "internal") throw error;
        if (request.model !== undefined && isAskersFault(error)) throw error;
        logger.warn({ err: error }, "search.not_expanded");
        return none(error.message);
      }
    },
  };
}

function isAskersFault({ code }: OutpostError): boolean {
  return code === "not_found" || code === "invalid_input";
}

function none(why: string): Expanded {
  return { expansion: null, note: `searched without a model's words: ${why}` };
}

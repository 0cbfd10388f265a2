// Retrieval before a step: the goal and the latest focus looked up in the run's view, packed into a fixed share of the window.
import {
  accountTokens,
  charactersFor,
  charactersPerToken,
  estimateTokens,
  type Fold,
  hitRoom,
  type Intent,
} from "@outpost/core";
import {
  type Coverage,
  type Hit,
  isOutpostError,
  makeVisible,
  type TaskEvent,
  type UsedExpansion,
} from "@outpost/protocol";
import { packHits } from "@outpost/retrieval";
import type { PerformPorts } from "./perform-ports.ts";

const hitLimit = 20;
const maxPackings = 4;

export async function* retrieveHits(
  intent: Extract<Intent, { type: "retrieve" }>,
  ports: PerformPorts,
): AsyncGenerator<TaskEvent> {
  if (intent.expand !== null) {
    const { seq } = ports.log.state;
    await ports.log.flush();
    // Somebody said something in between: what comes next is decided anew.
    if (ports.log.state.seq !== seq) return;
  }
  const found = await searchOrNothing(intent, ports);
  ports.syntax.expect(found.hits.map(({ path }) => path));
  const state = ports.log.state;
  const run = requireRun(state);
  const packedHits = packWithin(found.hits, hitRoom(state, run), ports.secrets.concealer.conceal);
  yield {
    type: "step.started",
    step: intent.step,
    query: intent.query,
    packedHits,
    hits: found.hits.map(({ text: _, ...hit }) => hit),
    coverage: found.coverage,
    ...(intent.expand === null ? {} : { expansion: found.expansion ?? null }),
    account: accountTokens(state, run, packedHits),
  };
}

/** Packing counts characters, a window counts tokens: text that takes more of them is packed again, into fewer characters. */
function packWithin(hits: readonly Hit[], maxTokens: number, conceal: (text: string) => string): string {
  let maxCharacters = Math.floor(maxTokens * charactersPerToken);
  for (let attempt = 0; attempt < maxPackings && maxCharacters > 0; attempt++) {
    const text = makeVisible(conceal(packHits(hits, { maxCharacters }).text));
    if (estimateTokens(text) <= maxTokens) return text;
    maxCharacters = Math.min(maxCharacters - 1, charactersFor(maxTokens, text));
  }
  return "";
}

/** A search that fails for the moment costs the step its hits, not the task its life; the coverage says that there was none. */
async function searchOrNothing(
  { query, expand, expansion }: Extract<Intent, { type: "retrieve" }>,
  ports: PerformPorts,
): Promise<{ hits: Hit[]; coverage: Coverage | null; expansion?: UsedExpansion | undefined }> {
  const { model } = requireRun(ports.log.state);
  const words = {
    ...(expand === null ? {} : { expand: { about: expand, model } }),
    ...(expansion === null ? {} : { expansion }),
  };
  try {
    return await ports.workbench.search(query, { limit: hitLimit, ...words }, ports.taskSignal);
  } catch (error) {
    ports.taskSignal.throwIfAborted();
    if (!isOutpostError(error) || error.code === "internal") ports.logger.error({ err: error }, "retrieval.failed");
    else ports.logger.warn({ err: error }, "retrieval.failed");
    return { hits: [], coverage: null };
  }
}

function requireRun(state: Fold): NonNullable<Fold["run"]> {
  if (!state.run) throw new Error("retrieval before the run was started");
  return state.run;
}

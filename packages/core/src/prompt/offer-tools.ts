// Which tools a run is offered, and in how many words: by its workflow, its model's window and the way of editing that the model gets
// right. Chosen once, at the start of a run, so that the prefix of its prompts stays the same.
import { conductOf, type ModelProfile, type RunTool, type ToolSchema, type Workflow } from "@outpost/protocol";
import type { Tool } from "../ports/tool.ts";
import { compactBelowTokens } from "./budget.ts";

interface Offer {
  workflow: Workflow;
  model: ModelProfile;
  /** A plan has to be made first. */
  planFirst: boolean;
}

const notForAsking = new Set(["update_plan", "remember"]);
// What changed is in git_diff; why a line is as it is, is asked. A change begins with the hits of its goal instead of a map. The room of
// these is wanted for the tools that write.
const onlyForAsking = new Set(["git_status", "git_log", "repository_map"]);
/** Parameters of `finish` that only the other workflow has a use for. */
const leftOut: Record<Workflow, readonly string[]> = {
  edit: ["citations"],
  ask: ["risks", "edge_cases", "suggested_tests", "confidence"],
};

export function offerTools(tools: readonly Tool[], offer: Offer): RunTool[] {
  const isCompact = offer.model.windowTokens < compactBelowTokens;
  const hasPatch = tools.some(({ schema: { name } }) => name === "apply_patch");
  return tools.flatMap((tool) => {
    const schema = schemaFor(tool, { ...offer, isCompact });
    return schema && isOffered(tool, { ...offer, isCompact, hasPatch }) ? [{ ...schema, effect: tool.effect }] : [];
  });
}

function schemaFor(
  { schema, compactSchema }: Tool,
  { workflow, planFirst, isCompact }: Offer & { isCompact: boolean },
): ToolSchema | undefined {
  if (isCompact) return compactSchema;
  if (schema.name === "update_plan" && !planFirst) return compactSchema;
  if (schema.name !== "finish") return schema;
  const { properties = {} } = schema.parameters as { properties?: object };
  const kept = Object.entries(properties).filter(([key]) => !leftOut[workflow].includes(key));
  return { ...schema, parameters: { ...schema.parameters, properties: Object.fromEntries(kept) } };
}

function isOffered(
  { schema: { name }, effect }: Tool,
  offer: Offer & { isCompact: boolean; hasPatch: boolean },
): boolean {
  // Asking changes nothing: only what reads, and the way out.
  if (offer.workflow === "ask") return (effect === "read" && !notForAsking.has(name)) || effect === "end";
  if (onlyForAsking.has(name)) return false;
  const { editFormat } = conductOf(offer.model);
  // Whole files need more words in the system prompt; names are found by grep_code too.
  if (name === "find_symbol") return editFormat !== "whole";
  if (name === "apply_patch") return editFormat === "patch";
  if (name === "edit_file") return editFormat !== "patch" || !offer.hasPatch;
  return name !== "update_plan" || !offer.isCompact || offer.planFirst;
}

// remember: what the model wants to be known of the repository in later tasks. The executor keeps it, or asks a person first; nothing happens here.
import type { ToolResult } from "@outpost/core";
import { FactKind, limits } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";

export const remember = defineTool({
  name: "remember",
  description: "Keep a fact for later tasks.",
  effect: "read",
  parameters: z.object({ fact: z.string().trim().min(1).max(limits.factCharacters), kind: FactKind.optional() }),
  example: { fact: "Migrations are never edited once released.", kind: "convention" },
  async run({ fact, kind = "note" }): Promise<ToolResult> {
    return { ok: true, text: "", fact: { kind, text: fact } };
  },
});

// ask_user: a question to the person. The loop turns the call into an approval and waits; nothing happens here.
import type { ToolResult } from "@outpost/core";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";

export const askUser = defineTool({
  name: "ask_user",
  description: "Ask the person what you cannot find out or decide.",
  effect: "ask",
  parameters: z.object({
    question: z.string().trim().min(1).max(4000),
    options: z.array(z.string().min(1).max(400)).max(10).optional(),
  }),
  example: { question: "Shall the old name keep working?", options: ["yes", "no"] },
  async run(value): Promise<ToolResult> {
    return { ok: true, text: `asked: ${value.question}` };
  },
});

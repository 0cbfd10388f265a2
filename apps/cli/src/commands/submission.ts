// What `outpost run`, `ask` and `queue add` submit, out of what they were told.
import { OutpostError, type SubmitTaskRequest, type Workflow } from "@outpost/protocol";
import { type DeliveryOptions, parseDelivery } from "../applying/delivery-options.ts";
import { readAttachment } from "./attachment.ts";
import { numberOption } from "./number-option.ts";

export interface TaskOptions extends DeliveryOptions {
  repo?: string;
  model?: string;
  fallback?: boolean;
  expand?: boolean;
  attach?: string[];
  priority?: string;
  steps?: string;
  dirty?: boolean;
  plan?: boolean;
  neverAsk?: boolean;
  auto?: boolean;
  dryRun?: boolean;
}

/** Throws `invalid_input` for what nobody can do. Reads attachments. */
export function composeSubmission(
  instruction: string,
  workflow: Workflow,
  options: TaskOptions,
): Omit<SubmitTaskRequest, "repositoryId"> {
  if (!/[\p{L}\p{N}]/u.test(instruction))
    throw new OutpostError(
      "invalid_input",
      `say what to do: outpost ${workflow === "ask" ? 'ask "where is … ?"' : 'run "…"'}`,
    );
  const { target, delivery } = parseDelivery(options);
  return {
    instruction,
    workflow,
    priority: numberOption("--priority", options.priority, { min: 0, max: 9, otherwise: 5 }),
    limits: {
      steps: numberOption("--steps", options.steps, { min: 1, max: 500, otherwise: 40 }),
      wallClockMs: 3_600_000,
      tokens: 2_000_000,
    },
    applyTarget: target ?? "checkout",
    ...(delivery ? { delivery } : {}),
    base: options.dirty ? "dirty" : "head",
    ...(options.plan ? { plan: true } : {}),
    ...(options.neverAsk ? { asking: "deny" as const } : {}),
    ...(options.dryRun ? { dryRun: true } : {}),
    ...(options.auto ? { auto: true } : {}),
    ...(options.attach ? { attachments: options.attach.map(readAttachment) } : {}),
    ...(options.model ? { model: options.model } : {}),
    ...(options.fallback ? { modelFallback: true } : {}),
    ...(options.expand === undefined ? {} : { expandGoal: options.expand }),
  };
}

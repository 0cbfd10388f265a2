// Which way of making calls comes after one that failed. Code is better in plain text than in JSON; everything else is surest where the
// server holds the model to a schema. Each way is tried once.
import { type CallProtocol, conductOf, type ModelProfile } from "@outpost/protocol";
import type { RunState } from "./state.ts";

/** What the model's profile says; a model whose server takes no tools makes its calls as text. */
export function preferredProtocol(model: ModelProfile): CallProtocol {
  const { protocol } = conductOf(model);
  return protocol === "native" && !model.canCallTools ? "text" : protocol;
}

/** The first way of a model that begins, or goes on with, a run. */
export function beginProtocol(run: RunState): void {
  const protocol = preferredProtocol(run.model);
  run.protocolsTried = [protocol];
  run.protocolDue =
    protocol === run.protocol ? null : { protocol, reason: `model "${run.model.name}" is best spoken with that way` };
}

/** Refused calls in a row that end a way of making calls. */
export const maxRefusals = 2;

export function nextProtocol(run: RunState, writes: boolean): CallProtocol | null {
  const order: CallProtocol[] = writes ? ["text", "json"] : ["json", "text"];
  return order.find((protocol) => !run.protocolsTried.includes(protocol)) ?? null;
}

/** False: there is no other way left. */
export function changeProtocol(run: RunState, because: { writes: boolean; reason: string }): boolean {
  const protocol = nextProtocol(run, because.writes);
  if (protocol === null) return false;
  run.protocolDue = { protocol, reason: because.reason };
  return true;
}

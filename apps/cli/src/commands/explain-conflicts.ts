// What a command that is refused by conflicts says besides: which lines stand against each other, and the way out.
import { ConflictDetails, isOutpostError, OutpostError } from "@outpost/protocol";
import { renderConflicts } from "../render/conflicts.ts";
import type { CommandContext } from "./context.ts";

/** `wayOut`: what to do about it, if there is something. Programs have the lines in the error's details. */
export async function explainConflicts<Value>(
  { isJson, notePaint }: Pick<CommandContext, "isJson" | "notePaint">,
  work: () => Promise<Value>,
  wayOut: (error: OutpostError) => string | null = () => null,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const conflicts = isOutpostError(error) ? ConflictDetails.safeParse(error.details) : null;
    if (!conflicts?.success || !isOutpostError(error)) throw error;
    const lines = isJson ? [] : renderConflicts(conflicts.data.conflicts, notePaint.columns);
    const said = [error.message, ...lines, wayOut(error)].filter((line) => line !== null);
    throw new OutpostError(error.code, said.join("\n"), { details: error.details });
  }
}

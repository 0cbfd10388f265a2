// `outpost stats`: the numbers of the last days.
import { renderStatistics } from "../render/statistics.ts";
import type { CommandContext } from "./context.ts";
import { numberOption } from "./number-option.ts";

export async function statsCommand(context: CommandContext, { days }: { days?: string }): Promise<void> {
  const { client } = await context.connect("known");
  const query = { days: numberOption("--days", days, { min: 1, max: 366, otherwise: 7 }) };
  const reply = await client.call("showStatistics", { query, signal: context.signal });
  context.give(reply, () => renderStatistics(reply, context.paint));
}

// `outpost retention`: how much is kept of ended tasks and for how long; `run` removes what is past its time now.
import { renderRetention, renderRetentionRun } from "../render/retention.ts";
import type { CommandContext } from "./context.ts";

export async function showRetentionCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const retention = await client.call("getRetention", { signal: context.signal });
  context.give(retention, () => renderRetention(retention, context.paint));
}

export async function runRetentionCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const done = await client.call("runRetention", { signal: context.signal });
  context.give(done, () => renderRetentionRun(done, context.paint));
}

// `outpost review-pause`: the periodic stop of the queue and its reports.
import { renderReport, renderReviewPause } from "../render/review-pause.ts";
import type { CommandContext } from "./context.ts";

export async function showReviewPauseCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const state = await client.call("showReviewPause", { signal: context.signal });
  context.give(state, () => renderReviewPause(state, context.paint, Date.now()));
}

export async function beginReviewPauseCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const state = await client.call("beginReviewPause", { body: {}, signal: context.signal });
  context.give(state, () => renderReviewPause(state, context.paint, Date.now()));
}

export async function resumeReviewPauseCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const state = await client.call("resumeReviewPause", { body: {}, signal: context.signal });
  context.give(state, () => `the queue goes on\n${renderReviewPause(state, context.paint, Date.now())}`);
}

export async function showReviewCommand(context: CommandContext, reviewId = "latest"): Promise<void> {
  const { client } = await context.connect("known");
  const { report, markdown } = await client.call("getReview", { params: { reviewId }, signal: context.signal });
  context.give(report, () => renderReport(markdown, context.paint));
}

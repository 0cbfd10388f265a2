// Statistics and the review pause, as commander shows them.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { runRetentionCommand, showRetentionCommand } from "../commands/retention.ts";
import {
  beginReviewPauseCommand,
  resumeReviewPauseCommand,
  showReviewCommand,
  showReviewPauseCommand,
} from "../commands/review-pause.ts";
import { statsCommand } from "../commands/stats.ts";
import { taskFilesCommand } from "../commands/task-files.ts";

export function addNumbers(program: Command, context: () => CommandContext): void {
  program
    .command("stats")
    .description("what the work of the last days came to")
    .option("--days <number>", "how many (default: 7)")
    .action((options) => statsCommand(context(), options));
  program
    .command("task-files")
    .description("the watched tasks.yaml files: what came of them, what is wrong in them")
    .action(() => taskFilesCommand(context()));
  const retention = program
    .command("retention")
    .description("how much is kept of ended tasks, for how long, and what was removed");
  retention
    .command("show", { isDefault: true })
    .description("size, oldest event, settings")
    .action(() => showRetentionCommand(context()));
  retention
    .command("run")
    .description("remove what is past its time now, instead of when nobody works")
    .action(() => runRetentionCommand(context()));
  const review = program
    .command("review-pause")
    .description("the periodic stop of the queue, with a report, until you resume it");
  review
    .command("status", { isDefault: true })
    .description("is there one, when comes the next, which reports are there")
    .action(() => showReviewPauseCommand(context()));
  review
    .command("begin")
    .description("finish the steps that run, stop the queue, write the report")
    .action(() => beginReviewPauseCommand(context()));
  review
    .command("show")
    .description("a report, as Markdown; with --json its numbers")
    .argument("[review]", "its id (default: the newest)")
    .action((id: string | undefined) => showReviewCommand(context(), id));
  review
    .command("resume")
    .description("let the queue go on")
    .action(() => resumeReviewPauseCommand(context()));
}

// The commands of approvals, as commander shows them.
import type { Command } from "commander";
import { approvalsCommand, decideApprovalCommand, forgetCommand, rememberedCommand } from "../commands/approvals.ts";
import type { CommandContext } from "../commands/context.ts";

const repoOption = ["-r, --repo <name>", "only of this repository"] as const;
const approvalArgument = ["<approval>", 'its id, or the id of the task that waits ("last" for the newest)'] as const;

export function addApprovals(program: Command, context: () => CommandContext): void {
  const approvals = program
    .command("approvals")
    .description("what waits for you: questions, plans, commands, changes, facts to remember");
  approvals
    .command("list", { isDefault: true })
    .description("what waits, newest first")
    .option(...repoOption)
    .option("--all", "also what was decided: by whom, when, how")
    .option("--limit <number>", "how many (default: 20)")
    .action((options) => approvalsCommand(context(), options));
  approvals
    .command("remembered")
    .description("commands that are accepted or refused without asking")
    .option(...repoOption)
    .option("--all", "also those that were revoked")
    .action((options) => rememberedCommand(context(), options));
  approvals
    .command("forget")
    .description("ask again about a command that is remembered")
    .argument("<remembered>", "its id")
    .action((id: string) => forgetCommand(context(), id));
  program
    .command("approve")
    .description("allow what a task asks for, or answer its question")
    .argument(...approvalArgument)
    .argument("[words...]", "the answer, or a remark")
    .option(
      "--plan <file>",
      "of a plan: what it shall be instead, as outpost show --plan prints it; - is standard input",
    )
    .option("--always", "from now on allow exactly this command in this repository without asking")
    .action((id: string, words: string[], options) => decideApprovalCommand(context(), id, words, options, true));
  program
    .command("deny")
    .description("refuse what a task asks for; the model is told why")
    .argument(...approvalArgument)
    .argument("[reason...]", "why")
    .option("--always", "from now on refuse exactly this command in this repository without asking")
    .action((id: string, words: string[], options) => decideApprovalCommand(context(), id, words, options, false));
}

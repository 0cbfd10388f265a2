// The commands of the policy, as commander shows them.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { checkPolicyCommand, explainPolicyCommand, showPolicyCommand } from "../commands/policy.ts";

const repoOption = ["-r, --repo <name>", "with the policy in this repository's last commit as well"] as const;

export function addPolicy(program: Command, context: () => CommandContext): void {
  const policy = program
    .command("policy")
    .description("which commands and files a task may use, asks for, or is denied");
  policy
    .command("explain")
    .description("what the policy says of a command, by which rule; nothing is run")
    .argument("<command...>", "the program and its arguments, after --")
    .option(...repoOption)
    .option("--cwd <folder>", "where it would run, from the repository's root (default: .)")
    .action((argv: string[], options) => explainPolicyCommand(context(), argv, options));
  policy
    .command("show", { isDefault: true })
    .description("the rules and settings in force, and the files they are from")
    .option(...repoOption)
    .option("--rules", "every rule with its place")
    .action((options) => showPolicyCommand(context(), options));
  policy
    .command("check")
    .description("what is wrong with a policy file; runs the examples of its rules")
    .argument("[file]", "default: outpost.policy.yaml; - is standard input")
    .action((file: string | undefined) => checkPolicyCommand(context(), file));
}

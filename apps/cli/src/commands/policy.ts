// `outpost policy`: what is in force, what it says of a command, whether a file is right.
import { readFileSync } from "node:fs";
import { OutpostError, type RepositoryId } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { findRepository } from "../connection/repository.ts";
import { renderJudgement, renderPolicy } from "../render/policy.ts";
import type { CommandContext } from "./context.ts";

export async function explainPolicyCommand(
  context: CommandContext,
  argv: string[],
  options: { repo?: string; cwd?: string },
): Promise<void> {
  const connection = await context.connect();
  const body = { argv, cwd: options.cwd ?? ".", ...(await repositoryOf(connection, options.repo)) };
  const answer = await connection.client.call("explainPolicy", { body });
  context.give(answer, () => renderJudgement(answer.judgement, context.paint));
}

export async function showPolicyCommand(
  context: CommandContext,
  options: { repo?: string; rules?: boolean },
): Promise<void> {
  const connection = await context.connect();
  const report = await connection.client.call("showPolicy", { query: await repositoryOf(connection, options.repo) });
  context.give(report, () => renderPolicy(report, options.rules === true, context.paint));
}

export async function checkPolicyCommand(context: CommandContext, file = "outpost.policy.yaml"): Promise<void> {
  const { client } = await context.connect();
  const checked = await client.call("checkPolicy", { body: { text: readText(file) } });
  const { problems, commands, files, examples } = checked;
  if (problems.length > 0)
    throw new OutpostError(
      "invalid_input",
      `"${file}" is not right:\n${problems.map((line) => `  ${line}`).join("\n")}`,
    );
  context.give(
    checked,
    () => `${commands} rules for commands and ${files} for files; ${examples} examples are as they say`,
  );
}

async function repositoryOf(
  connection: Connection,
  wanted: string | undefined,
): Promise<{ repositoryId?: RepositoryId }> {
  return wanted === undefined ? {} : { repositoryId: (await findRepository(connection, wanted)).id };
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (cause) {
    throw new OutpostError("not_found", `"${file}" cannot be read: ${(cause as Error).message}`, { cause });
  }
}

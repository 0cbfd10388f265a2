// `outpost index verify` and `repair`: does the index show what is there, and what to do where it does not.
import type { IndexVerification, Repository } from "@outpost/protocol";
import { findRepository } from "../connection/repository.ts";
import { clip, count, seconds, wrap } from "../render/layout.ts";
import { type Paint, printable, printableName } from "../render/paint.ts";
import type { CommandContext } from "./context.ts";

const shownFaults = 20;

/** The exit code is 1 while faults are left. */
export async function verifyIndexCommand(
  context: CommandContext,
  wanted: string | undefined,
  { repair }: { repair: boolean },
): Promise<void> {
  const connection = await context.connect("known");
  const repository = await findRepository(connection, wanted);
  const params = { repositoryId: repository.id };
  const body = { repair };
  const found = await connection.client.call("verifyIndex", { params, body, signal: context.signal });
  context.give(found, () => renderVerification(repository, found, context.paint));
  if (found.faults.length > 0 && found.left !== 0) process.exitCode = 1;
}

export function renderVerification(repository: Repository, found: IndexVerification, paint: Paint): string {
  const { files, chunks, faults, left, tookMs, counts } = found;
  const total = Object.values(counts).reduce((sum, faulty) => sum + faulty, 0);
  const compared = `${count(files, "file")} and ${count(chunks, "chunk")} compared in ${seconds(tookMs)}`;
  const name = paint("bold", printableName(repository.name));
  if (total === 0) return wrap(`${name}: the index shows what is there; ${compared}`, paint.columns);
  const kinds = Object.entries(counts).flatMap(([fault, faulty]) => (faulty > 0 ? [`${faulty} ${fault}`] : []));
  const lines = [wrap(`${name}: ${kinds.join(", ")}; ${compared}`, paint.columns)];
  for (const { path, fault, detail } of faults.slice(0, shownFaults))
    lines.push(clip(`  ${fault.padEnd(8)}  ${printableName(path)}  ${paint("dim", printable(detail))}`, paint.columns));
  if (total > shownFaults) lines.push(paint("dim", `  … ${total - shownFaults} more`));
  if (left === null) lines.push(`mend it with: outpost index repair ${printableName(repository.name)}`);
  else lines.push(left === 0 ? "all mended" : paint("red", `${count(left, "fault")} left; see the server's log`));
  return lines.join("\n");
}

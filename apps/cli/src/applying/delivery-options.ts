// The options that say where an accepted change goes, the same for `run`, `accept` and `apply`.
import { ApplyTarget, type Delivery, OutpostError } from "@outpost/protocol";
import type { Command } from "commander";

export interface DeliveryOptions {
  target?: string;
  branch?: string;
  commit?: boolean;
  push?: boolean;
}

export function addDeliveryOptions(command: Command): Command {
  return command
    .option(
      "--target <target>",
      "checkout (on the server's machine), branch (a commit, nothing is checked out), client (the checkout you stand in), or patch: print it",
    )
    .option("--branch <name>", "for --target branch: its name (default: outpost/ and the task's id)")
    .option("--commit", "commit the applied files on the branch that is checked out")
    .option("--push", "push the commit to the remote that the operator configured");
}

/** Throws `invalid_input` for options that do not go together. */
export function parseDelivery(options: DeliveryOptions): { target?: ApplyTarget; delivery?: Delivery } {
  const given = options.target ?? (options.branch === undefined ? undefined : "branch");
  const target = ApplyTarget.optional().safeParse(given);
  if (!target.success)
    throw new OutpostError("invalid_input", `--target is "${given}"; give ${ApplyTarget.options.join(", ")}`);
  if (options.branch !== undefined && target.data !== "branch")
    throw new OutpostError("invalid_input", `--branch goes with --target branch, not with --target ${target.data}`);
  if (options.push && target.data !== "branch" && !options.commit)
    throw new OutpostError("invalid_input", "--push needs a commit; give --commit, or --target branch");
  if ((target.data === "client" || target.data === "patch") && (options.commit || options.push))
    throw new OutpostError("invalid_input", `--target ${target.data} makes no commit; commit it yourself`);
  const { branch, commit, push } = options;
  const delivery = {
    ...(branch === undefined ? {} : { branch }),
    ...(commit === undefined ? {} : { commit }),
    ...(push === undefined ? {} : { push }),
  };
  return {
    ...(target.data === undefined ? {} : { target: target.data }),
    ...(Object.keys(delivery).length > 0 ? { delivery } : {}),
  };
}

// What would be asked is refused at once where nobody will answer: by the task's own word, by the policy, in a dry run of the policy.
import type { CallVerdict } from "./judge-call.ts";
import type { PerformPorts } from "./perform-ports.ts";

type Ports = Pick<PerformPorts, "policies" | "log">;

export async function refuseUnaskable(judged: CallVerdict, { policies, log }: Ports): Promise<CallVerdict> {
  if (judged.verdict !== "ask") return judged;
  const { spec, run } = log.state;
  const { settings } = await policies.policyFor(spec.repositoryId, run?.baseCommit ?? null);
  const why = settings.dryRun
    ? "the policy makes this a dry run"
    : spec.asking === "deny" || settings.asking === "deny"
      ? "nobody is there to be asked"
      : null;
  return why === null ? judged : { ...judged, verdict: "deny", reason: `${judged.reason}; ${why}` };
}

// A change that adds what looks like a secret goes nowhere until a person names each finding.
import type { Decisions } from "@outpost/core";
import {
  type Change,
  type DecideChangeRequest,
  findRedactionMark,
  OutpostError,
  type SecretFinding,
} from "@outpost/protocol";

const shownFindings = 5;

/** Throws `conflict` for a file whose path is not the true one, and, reason "secrets", with the findings that are not allowed. */
export function assertSecretsAllowed(
  change: Pick<Change, "secrets" | "files">,
  request: Pick<DecideChangeRequest, "allowSecrets">,
): void {
  const hidden = change.files.find(({ path, oldPath }) => findRedactionMark(`${path} ${oldPath ?? ""}`));
  if (hidden)
    throw new OutpostError("conflict", `the path "${hidden.path}" holds a secret; reject that file, or rename it`);
  const allowed = new Set(request.allowSecrets ?? []);
  const secrets = (change.secrets ?? []).filter(({ id }) => !allowed.has(id));
  if (secrets.length === 0) return;
  const places = secrets
    .slice(0, shownFindings)
    .map(({ what, path, line, id }) => `${what} at ${path}:${line} (${id})`);
  const more = secrets.length > shownFindings ? ` and ${secrets.length - shownFindings} more` : "";
  throw new OutpostError(
    "conflict",
    `the change adds what looks like a secret: ${places.join(", ")}${more}; reject it, or allow each finding by name`,
    { details: { reason: "secrets", secrets } },
  );
}

/** For the decision's event and the audit log. */
export function allowedBy({ allowSecrets = [] }: Pick<DecideChangeRequest, "allowSecrets">): {
  allowedSecrets?: string[];
} {
  return allowSecrets.length === 0 ? {} : { allowedSecrets: allowSecrets };
}

/** Of what was accepted only: a finding goes with its hunk, or with its file where that has none. */
export function acceptedSecrets(change: Change, { hunks, files }: Decisions): Pick<Change, "secrets"> {
  const isAccepted = ({ path, line }: SecretFinding): boolean => {
    const file = change.files.find((one) => one.path === path);
    const hunk = file?.hunks.find(({ newStart, newLines }) => line >= newStart && line < newStart + newLines);
    return (hunk ? hunks[hunk.id] : files[path])?.decision !== "reject";
  };
  return { secrets: (change.secrets ?? []).filter(isAccepted) };
}

/** What is to be applied of the change, as far as its secrets go. */
export function acceptedPart(change: Change, decisions: Decisions): Pick<Change, "secrets" | "files"> {
  const isAccepted = ({ path, hunks }: Change["files"][number]): boolean =>
    decisions.files[path]?.decision !== "reject" &&
    (hunks.length === 0 || hunks.some(({ id }) => decisions.hunks[id]?.decision !== "reject"));
  return { ...acceptedSecrets(change, decisions), files: change.files.filter(isAccepted) };
}

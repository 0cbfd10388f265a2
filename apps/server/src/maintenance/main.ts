// A process that backs up, restores or verifies a data directory, beside a server or without one. One JSON document on standard output: the
// result, or `{"error"}`; the exit code is the error's. Arguments: `backup DATA TO [with-secrets]`, `salvage DATA TO [with-secrets]`,
// `restore FROM DATA`, `verify PATH`.
import { errorMappings, isOutpostError, OutpostError } from "@outpost/protocol";
import { version } from "../process/version.ts";
import { makeBackup } from "./backup.ts";
import { restoreBackup } from "./restore.ts";
import { salvageDirectory } from "./salvage.ts";
import { verifyDirectory } from "./verify.ts";

async function perform([what, first = "", second = "", third]: readonly string[]): Promise<object> {
  if (what === "verify") return verifyDirectory(first);
  if (what === "restore") return restoreBackup(first, second);
  const withSecrets = third === "with-secrets";
  const request = { dataDirectory: first, to: second, withSecrets, version, nowMs: Date.now() };
  if (what === "backup") return makeBackup(request);
  if (what === "salvage") return salvageDirectory(request);
  throw new OutpostError("invalid_input", `"${what}" is none of backup, salvage, restore, verify`);
}

perform(process.argv.slice(2)).then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (error: unknown) => {
    const known = isOutpostError(error) ? error : new OutpostError("internal", (error as Error).stack ?? String(error));
    const { code, message, details } = known;
    process.stdout.write(`${JSON.stringify({ error: { code, message, details } })}\n`);
    process.exitCode = errorMappings[code].exitCode;
  },
);

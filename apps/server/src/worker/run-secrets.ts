// What a worker takes out of texts while it works on a task: as the server knows it when the task begins.
import type { ServerConnection } from "../internal/methods.ts";
import { type Concealer, createConcealer } from "../secrets/conceal.ts";
import type { Redactor } from "../secrets/redactor.ts";

export interface RunSecrets {
  redactor: Redactor;
  /** For foreign text: known secrets, and what the rules find. */
  concealer: Concealer;
  /** Findings that are none. */
  allowed: ReadonlySet<string>;
}

export async function loadSecrets(server: ServerConnection, redactor: Redactor): Promise<RunSecrets> {
  const { values, markKey, allowed } = await server.describeSecrets();
  redactor.useMarkKey(markKey);
  redactor.add(values);
  return { redactor, concealer: createConcealer(redactor, new Set(allowed)), allowed: new Set(allowed) };
}

// The key that marks are made with: random, made at the first start, readable by the server's user only. Losing it changes the marks of
// values from then on, and with them what `allowedSecrets` names.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const fileName = "secret-marks.key";

export function ensureMarkKey(dataDirectory: string): string {
  const path = join(dataDirectory, fileName);
  if (existsSync(path)) return readFileSync(path, "utf8").trim();
  const key = randomBytes(32).toString("hex");
  writeFileSync(path, `${key}\n`, { mode: 0o600 });
  return key;
}

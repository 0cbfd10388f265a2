// A private copy of the repository, so that nothing of the original is written; and a change of one of its files.
import { randomBytes } from "node:crypto";
import { appendFileSync, chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface RepositoryCopy {
  path: string;
  remove(): void;
}

export function copyRepository(source: string): RepositoryCopy {
  const path = mkdtempSync(join(tmpdir(), "outpost-index-bench-"));
  cpSync(source, path, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  // A temporary folder is private; git of a server that is root runs as an ordinary user.
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Adds one line that no earlier version had, and returns the word that only it holds. */
export function changeFile(copy: RepositoryCopy, path: string): string {
  const comment = /\.(py|sh|rb|toml|ya?ml|cmake|txt)$/.test(path) ? "#" : "//";
  const word = `quilbrot${randomBytes(6).toString("hex").replaceAll(/\d/g, "z")}`;
  appendFileSync(join(copy.path, path), `\n${comment} changed for the ${word}\n`);
  return word;
}

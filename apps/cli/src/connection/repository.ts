// Which repository a command means: the one named, or the one we stand in.
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { OutpostError, type Repository } from "@outpost/protocol";
import type { Connection } from "./connect.ts";

/** The nearest folder at or above `start` with a `.git`; `start` itself when there is none. */
export function findRoot(start: string): string {
  const real = realpathSync(start);
  for (let folder = real; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return real;
  }
}

/** By id, name or path. Throws `not_found` that names what there is, `invalid_input` when a name fits several. */
export async function findRepository(connection: Connection, wanted: string | undefined): Promise<Repository> {
  const { items } = await connection.client.call("listRepositories", {});
  if (wanted === undefined) {
    const found = connection.isLocal ? atOrAbove(items, process.cwd()) : undefined;
    if (found) return found;
    const only = items[0];
    if (!connection.isLocal && items.length === 1 && only) return only;
    throw new OutpostError(
      "not_found",
      `no repository is registered for this folder; use: outpost repo add PATH, or --repo NAME (there is ${namesOf(items)})`,
    );
  }
  const path = existsSync(wanted) ? realpathSync(wanted) : wanted;
  const fits = items.filter(
    (item) => item.id === wanted || item.name === wanted || (item.source.type === "path" && item.source.path === path),
  );
  if (fits.length > 1)
    throw new OutpostError(
      "invalid_input",
      `"${wanted}" names several repositories; give an id: ${fits.map((item) => item.id).join(", ")}`,
    );
  const [found] = fits;
  if (found) return found;
  throw new OutpostError("not_found", `there is no repository "${wanted}"; there is ${namesOf(items)}`);
}

/** The one we stand in; registered when it is not there yet. */
export async function ensureRepository(connection: Connection, wanted: string | undefined): Promise<Repository> {
  if (!connection.isLocal || (wanted !== undefined && !existsSync(wanted))) return findRepository(connection, wanted);
  const path = findRoot(wanted ?? process.cwd());
  return connection.client.call("registerRepository", { body: { source: { type: "path", path } } });
}

function atOrAbove(items: Repository[], folder: string): Repository | undefined {
  const real = realpathSync(folder);
  return items
    .filter(
      (item) => item.source.type === "path" && (real === item.source.path || real.startsWith(`${item.source.path}/`)),
    )
    .toSorted((a, b) => pathLength(b) - pathLength(a))[0];
}

const pathLength = (item: Repository): number => (item.source.type === "path" ? item.source.path.length : 0);

function namesOf(items: Repository[]): string {
  return items.length === 0
    ? "none"
    : items
        .slice(0, 20)
        .map((item) => `"${item.name}"`)
        .join(", ");
}

// Which repository a command means: the one named, or the one we stand in.
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { OutpostError, type Repository } from "@outpost/protocol";
import type { Connection } from "./connect.ts";

const shownNames = 20;

/** The nearest folder at or above `start` with a `.git`; null when there is none. `start` is a real path. */
function findGitRoot(start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return null;
  }
}

/** The repository's root for a path inside it; a folder outside of any is its own. Throws `not_found`. */
export function findRoot(path: string): string {
  const real = realFolder(path);
  return findGitRoot(real) ?? real;
}

function realFolder(path: string): string {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : dirname(real);
  } catch (cause) {
    throw new OutpostError("not_found", `there is no folder "${path}"`, { cause });
  }
}

/** By id, name or path; without one, where we stand. Throws `not_found` that names what there is, `invalid_input` when a name fits several. */
export async function findRepository(connection: Connection, wanted: string | undefined): Promise<Repository> {
  const { items } = await connection.client.call("listRepositories", {});
  return wanted === undefined ? findWhereWeStand(connection, items) : findNamed(items, wanted);
}

/** Like `findRepository`, but a git repository that is not known yet is registered. */
export async function ensureRepository(connection: Connection, wanted: string | undefined): Promise<Repository> {
  const { items } = await connection.client.call("listRepositories", {});
  const isPlace = wanted === undefined || (existsSync(wanted) && !items.some((item) => item.name === wanted));
  if (!connection.isLocal || !isPlace)
    return wanted === undefined ? findWhereWeStand(connection, items) : findNamed(items, wanted);
  const folder = realFolder(wanted ?? process.cwd());
  const root = findGitRoot(folder);
  const known = root === null ? atOrAbove(items, folder) : items.find((item) => pathOf(item) === root);
  if (known) return known;
  if (root === null)
    throw new OutpostError(
      "not_found",
      `"${folder}" is not in a git repository; go into one, or register it as a plain folder with: outpost repo add ${wanted ?? "."}`,
    );
  return connection.client.call("registerRepository", { body: { source: { type: "path", path: root } } });
}

function findNamed(items: Repository[], wanted: string): Repository {
  const path = existsSync(wanted) ? realpathSync(wanted) : wanted;
  const fits = items.filter((item) => item.id === wanted || item.name === wanted || pathOf(item) === path);
  if (fits.length > 1)
    throw new OutpostError(
      "invalid_input",
      `"${wanted}" names several repositories; give an id: ${fits.map((item) => item.id).join(", ")}`,
    );
  const [found] = fits;
  if (found) return found;
  throw new OutpostError("not_found", `there is no repository "${wanted}"; there is ${namesOf(items)}`);
}

function findWhereWeStand(connection: Connection, items: Repository[]): Repository {
  const here = realpathSync(process.cwd());
  const found = connection.isLocal ? atOrAbove(items, here) : guessRemote(items, here);
  if (found) return found;
  throw new OutpostError(
    "not_found",
    connection.isLocal
      ? `this folder is not registered; do so with: outpost index (or give --repo NAME; there is ${namesOf(items)})`
      : `which repository of the server? give --repo NAME; there is ${namesOf(items)}`,
  );
}

/** Paths mean nothing on another machine: the one of the same name, or the only one there is. */
function guessRemote(items: Repository[], here: string): Repository | undefined {
  const name = basename(findGitRoot(here) ?? here);
  const sameName = items.filter((item) => item.name === name);
  if (sameName.length === 1) return sameName[0];
  return items.length === 1 ? items[0] : undefined;
}

function atOrAbove(items: Repository[], folder: string): Repository | undefined {
  return items
    .filter((item) => folder === pathOf(item) || folder.startsWith(`${pathOf(item)}/`))
    .toSorted((a, b) => pathOf(b).length - pathOf(a).length)[0];
}

const pathOf = (item: Repository): string => (item.source.type === "path" ? item.source.path : "\0");

function namesOf(items: Repository[]): string {
  if (items.length === 0) return "none yet";
  const names = items.slice(0, shownNames).map((item) => `"${item.name}"`);
  return names.join(", ") + (items.length > shownNames ? ` and ${items.length - shownNames} more` : "");
}

// What a person types for a path, as the server names paths: from the repository's root, with "/".
import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { OutpostError, type Repository } from "@outpost/protocol";
import type { Connection } from "./connect.ts";

/**
 * Paths are from the repository's root. One that says where it begins (./, ../, /) is taken from where we stand, and so is one that is
 * only there. A "/" at its end stays. Throws `invalid_input` for what lies outside of the repository.
 */
export function pathInRepository(
  given: string,
  { isLocal }: Pick<Connection, "isLocal">,
  { source }: Pick<Repository, "source">,
): string {
  const written = sep === "/" ? given : given.replaceAll(sep, "/");
  if (!isLocal || source.type !== "path" || written === "") return written;
  const root = source.path;
  const here = realpathSync(process.cwd());
  const found = relative(root, resolve(here, written));
  const isOutside = found === ".." || found.startsWith(`..${sep}`);
  const saysWhere = /^(?:\.{0,2}\/|\.{1,2}$)/.test(written);
  if (!saysWhere) {
    const isHere = !isOutside && existsSync(resolve(here, written)) && !existsSync(join(root, written));
    if (!isHere) return written;
  } else if (isOutside) {
    throw new OutpostError("invalid_input", `"${given}" is outside of the repository "${root}"; write it from there`);
  }
  const end = written.endsWith("/") && found !== "" ? "/" : "";
  return found.replaceAll(sep, "/") + end;
}

// The path of a source as a person gave it → the directory it names, or why it cannot be a repository. Only looks.
// Covered: what would import the system or the server's own data. Not covered: whether git can read it; the import says so.
import { realpath, stat } from "node:fs/promises";
import { OutpostError } from "@outpost/protocol";

/** Not files of anybody: reading them has no end, or changes under the reader. */
const systemDirectories = ["/proc", "/sys", "/dev"];

/** Rejects with `invalid_input` (no directory, the system's or the server's own), `not_found` or `forbidden`. */
export async function resolveSourcePath(path: string, dataDirectory: string): Promise<string> {
  if (!path.startsWith("/")) throw new OutpostError("invalid_input", `path "${path}" is not absolute`);
  try {
    const real = await realpath(path);
    const { mode, isDirectory } = await lookAt(real);
    if (!isDirectory) throw new OutpostError("invalid_input", `"${path}" is not a directory; give one of a project`);
    assertNotOurs(real, await realpath(dataDirectory));
    assertReadableForGit(real, mode);
    return real;
  } catch (cause) {
    if (cause instanceof OutpostError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "EACCES")
      throw new OutpostError("forbidden", `path "${path}" may not be read by the server's user`, { cause });
    throw new OutpostError("not_found", `there is no directory "${path}" on the server`, { cause });
  }
}

async function lookAt(path: string): Promise<{ mode: number; isDirectory: boolean }> {
  const found = await stat(path);
  return { mode: found.mode, isDirectory: found.isDirectory() };
}

function assertNotOurs(path: string, dataDirectory: string): void {
  const contains = (outer: string, inner: string) => `${inner}/`.startsWith(outer === "/" ? "/" : `${outer}/`);
  if (path === "/" || systemDirectories.some((system) => contains(system, path)))
    throw new OutpostError("invalid_input", `"${path}" belongs to the system; give the directory of a project`);
  if (contains(path, dataDirectory) || contains(dataDirectory, path))
    throw new OutpostError(
      "invalid_input",
      `"${path}" and the server's data directory "${dataDirectory}" lie in each other; give the directory of a project`,
    );
}

/** A server that is root runs git as an unprivileged user, who can be led to a directory but not into files that are closed to it. */
function assertReadableForGit(path: string, mode: number): void {
  const isOpenToAll = (mode & 0o005) === 0o005;
  if (process.getuid?.() !== 0 || isOpenToAll) return;
  throw new OutpostError(
    "forbidden",
    `"${path}" is closed to others than its owner, and a server that runs as root reads repositories as an unprivileged user; run the server as the owner, or open it: chmod -R o+rX "${path}"`,
  );
}

// What commands get when nobody described the environment: what is installed in the source already, read-only. A described one is taken as it is.
import { lstat, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Environment, Repository } from "@outpost/protocol";

const usualDirectories = ["node_modules", ".venv", "venv"];
const virtualEnvironments = new Set([".venv", "venv"]);

/** Never rejects: what cannot be looked at is not there. `nodePath`: the server's own node, for projects whose tests need one. */
export async function effectiveEnvironment(repository: Repository, nodePath: string): Promise<Environment> {
  const { environment, source } = repository;
  const isDescribed =
    environment.setup !== undefined ||
    environment.sharedDirectories.length > 0 ||
    environment.toolchainPaths.length > 0;
  if (isDescribed || source.type !== "path") return environment;
  const sharedDirectories: string[] = [];
  const toolchainPaths = new Set(outsideSystem(dirname(dirname(nodePath))));
  for (const name of usualDirectories) {
    const path = join(source.path, name);
    const isDirectory = await lstat(path).then(
      (stat) => stat.isDirectory(),
      () => false,
    );
    if (!isDirectory) continue;
    sharedDirectories.push(name);
    if (!virtualEnvironments.has(name)) continue;
    // A virtual environment's python is a link to the one it was made with.
    const python = await realpath(join(path, "bin", "python")).catch(() => null);
    if (python) for (const prefix of outsideSystem(dirname(dirname(python)))) toolchainPaths.add(prefix);
  }
  return { ...environment, sharedDirectories, toolchainPaths: [...toolchainPaths] };
}

/** Nothing for what the sandbox shows anyway. */
function outsideSystem(prefix: string): string[] {
  return prefix === "/usr" || prefix.startsWith("/usr/") || prefix === "/" ? [] : [prefix];
}

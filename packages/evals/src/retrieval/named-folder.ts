// A folder that a person named in a benchmark's arguments.
import { readdir } from "node:fs/promises";
import { OutpostError } from "@outpost/protocol";

/** What is in it. Rejects with `not_found` or `invalid_input` and the option when it is no folder. */
export async function listNamedFolder(option: string, path: string): Promise<string[]> {
  return readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      throw new OutpostError("not_found", `there is no folder "${path}"; name another with --${option}`);
    }
    if (error.code === "ENOTDIR") {
      throw new OutpostError("invalid_input", `"${path}" is no folder; name one with --${option}`);
    }
    throw error;
  });
}

// Finds an adapter by name. Covered: files of ../adapters, absolute paths of modules. A module runs in the server's process with all its
// rights: only the configuration names one. Not covered: what the module does.
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { OutpostError } from "@outpost/protocol";
import type { ModelAdapter } from "./adapter.ts";

/** `name`: a file of ../adapters without its ending, or the absolute path of a module. Rejects with `invalid_input` when it is none. */
export async function loadAdapter(name: string): Promise<ModelAdapter> {
  const module = isAbsolute(name) ? await importModule(name) : await importOwn(name);
  const { adapter } = module as { adapter?: ModelAdapter };
  if (typeof adapter?.createProvider === "function") return adapter;
  throw new OutpostError("invalid_input", `"${name}" exports no \`adapter\` with a createProvider`);
}

async function importOwn(name: string): Promise<unknown> {
  if (/^[a-z][a-z0-9-]{0,40}$/.test(name))
    try {
      // Bundlers and test runners follow the pattern: every file of the folder is in the build.
      return await import(`../adapters/${name}.ts`);
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
    }
  const message = `there is no model adapter "${name}"; give ollama, openai, llama or rules, or the absolute path of a module`;
  throw new OutpostError("invalid_input", message);
}

function isMissing(error: unknown): boolean {
  const text = error instanceof Error ? error.message : "";
  return /module not found|cannot find module|unknown variable dynamic import|failed to load/i.test(text);
}

async function importModule(path: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ pathToFileURL(path).href);
  } catch (cause) {
    throw new OutpostError("invalid_input", `the model adapter "${path}" cannot be loaded: ${String(cause)}`, {
      cause,
    });
  }
}

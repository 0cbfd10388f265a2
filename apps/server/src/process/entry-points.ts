// Where the children's code is: beside the bundle, or in the source tree where tsx loads it. From source, bundles in the folder that
// OUTPOST_BUNDLES names are taken instead: they start five times as fast, which the tests are glad of.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface EntryPoint {
  modulePath: string;
  execArgv: string[];
}

const sources = {
  server: "../main.ts",
  worker: "../worker/main.ts",
  join: "../worker/join.ts",
  indexer: "../indexing/indexer-process.ts",
  parser: "../indexing/parser-process.ts",
  llama: "../models/llama-process.ts",
  maintenance: "../maintenance/main.ts",
} as const;
export type EntryName = keyof typeof sources;

export const runsFromSource = import.meta.url.endsWith(".ts");

export function entryPoint(name: EntryName): EntryPoint {
  const bundles = process.env["OUTPOST_BUNDLES"];
  if (runsFromSource && bundles) return { modulePath: join(bundles, `${name}.js`), execArgv: [] };
  if (runsFromSource) {
    return {
      modulePath: fileURLToPath(new URL(sources[name], import.meta.url)),
      execArgv: ["--import", import.meta.resolve("tsx")],
    };
  }
  return { modulePath: fileURLToPath(new URL(`./${name}.js`, import.meta.url)), execArgv: [] };
}

/** The same for the built-in policy. */
export const builtInPolicyDirectory = runsFromSource
  ? null
  : fileURLToPath(new URL("./assets/policy", import.meta.url));

/** Where the built-in embedder's files are when they lie beside a bundle (the indexer's, too); null: where its package has them. */
export const embedderDirectory = besideBundle("assets/static-code-128");

function besideBundle(path: string): string | null {
  if (!runsFromSource) return fileURLToPath(new URL(path, import.meta.url));
  const bundles = process.env["OUTPOST_BUNDLES"];
  return bundles ? join(bundles, path) : null;
}

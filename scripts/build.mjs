// Bundles the entry points into dist/: `outpost.js` (the CLI: one file, no native code) and the server with its children.
// `build.mjs [all|cli|server] [DIRECTORY]`: which of them, and where to, below the root.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const [which = "all", outdir = "dist"] = process.argv.slice(2);

/** What zod says of wrong input in fifty languages, of which only English is used: each process would read all of it at its start. */
const inEnglish = {
  name: "in-english",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]zod[\\/]/.test(importer) ? { path, namespace: "in-english" } : undefined,
    );
    onLoad({ filter: /./, namespace: "in-english" }, () => ({ contents: "export {};", loader: "js" }));
  },
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  outdir,
  logLevel: "warning",
  legalComments: "none",
  plugins: [inEnglish],
  // Packages that are CommonJS inside need a `require`.
  banner: {
    js: 'import { createRequire as outpostCreateRequire } from "node:module"; const require = outpostCreateRequire(import.meta.url);',
  },
};

mkdirSync(`${root}${outdir}`, { recursive: true });
if (which !== "server") {
  await build({
    ...shared,
    minify: true,
    entryPoints: { outpost: "apps/cli/src/main.ts" },
    banner: { js: `#!/usr/bin/env node\n${shared.banner.js}` },
  });
}
/**
 * What the indexer loads only where it is chosen: bundles of their own. In one with it esbuild would make all that they share at each start,
 * used or not, and chat models besides, which no indexer has.
 */
const indexerParts = {
  "compose-vectors": "apps/server/src/indexing/compose-vectors.ts",
  "http-embedder": "packages/models/src/embedders/http-embedder.ts",
  "onnx-embedder": "packages/models/src/embedders/onnx-embedder.ts",
};
const apartFromIndexer = {
  name: "apart-from-indexer",
  setup({ onResolve }) {
    onResolve({ filter: /\/load-adapter\.ts$/ }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
      if (kind !== "dynamic-import") return undefined;
      const [name] = Object.entries(indexerParts).find(([, file]) => join(resolveDir, path) === join(root, file)) ?? [];
      return name === undefined ? undefined : { path: `./indexer-${name}.js`, external: true };
    });
  },
};

if (which !== "cli") {
  // Native code stays where npm put it.
  const external = ["better-sqlite3", "tree-sitter", "tree-sitter-*", "@tree-sitter-grammars/*", "web-tree-sitter"];
  await build({
    ...shared,
    external,
    entryPoints: {
      server: "apps/server/src/main.ts",
      worker: "apps/server/src/worker/main.ts",
      join: "apps/server/src/worker/join.ts",
      parser: "apps/server/src/indexing/parser-process.ts",
      llama: "apps/server/src/models/llama-process.ts",
      maintenance: "apps/server/src/maintenance/main.ts",
      ...Object.fromEntries(Object.entries(indexerParts).map(([name, file]) => [`indexer-${name}`, file])),
    },
  });
  await build({
    ...shared,
    external,
    plugins: [...shared.plugins, apartFromIndexer],
    entryPoints: { indexer: "apps/server/src/indexing/indexer-process.ts" },
  });
  for (const name of readdirSync(`${root}${outdir}`))
    if (name.endsWith(".js")) writeInAscii(`${root}${outdir}/${name}`);
  rmSync(`${root}${outdir}/assets`, { recursive: true, force: true });
  cpSync(`${root}packages/models/assets`, `${root}${outdir}/assets`, { recursive: true });
  cpSync(`${root}sandbox/assets/policy`, `${root}${outdir}/assets/policy`, { recursive: true });
}

/**
 * V8 keeps a module's text for as long as the process lives, and takes two bytes for each of its characters where a single one needs them.
 * What esbuild does not escape stands in comments, regular expressions and templates, where an escape means the same.
 */
function writeInAscii(path) {
  const text = readFileSync(path, "utf8");
  const unclear = /\\[^\0-\x7f]|String\.raw`[^`]*[^\0-\x7f]/.exec(text);
  if (unclear)
    throw new Error(`${path}: a character that is not ASCII cannot be escaped in ${JSON.stringify(unclear[0])}`);
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  writeFileSync(path, text.replace(/[^\0-\x7f]/g, escaped));
}

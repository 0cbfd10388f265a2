// What a bundle carries, it reads at each start: a child of the server has nothing that it does not use.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { bundleServer } from "../end-to-end/bundled-server.ts";

let folder = "";
beforeAll(() => {
  folder = dirname(bundleServer().modulePath);
});

/** Packages whose code stands in the bundle, by the remarks that esbuild leaves before each file. */
function packagesIn(bundle: string): Set<string> {
  const text = readFileSync(join(folder, bundle), "utf8");
  return new Set(
    [...text.matchAll(/^\s*\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map(([, name = ""]) => name),
  );
}

it.each([
  ["worker.js", ["zod", "yaml"], ["undici", "ollama", "@qdrant/js-client-rest", "hono", "commander"]],
  ["join.js", ["zod", "yaml"], ["undici", "ollama", "@qdrant/js-client-rest", "hono", "commander"]],
  ["maintenance.js", ["zod"], ["undici", "ollama", "@qdrant/js-client-rest", "hono", "commander"]],
])("%s has %j, and not %j", (bundle, has, hasNot) => {
  const packages = packagesIn(bundle);
  expect(has.filter((name) => !packages.has(name))).toEqual([]);
  expect(hasNot.filter((name) => packages.has(name))).toEqual([]);
});

it("indexer.js takes what is chosen in the configuration from bundles of their own, and makes nothing of a module before it is needed", () => {
  const packages = packagesIn("indexer.js");
  expect(["zod", "yaml"].filter((name) => !packages.has(name))).toEqual([]);
  expect(["undici", "ollama", "@qdrant/js-client-rest"].filter((name) => packages.has(name))).toEqual([]);
  const text = readFileSync(join(folder, "indexer.js"), "utf8");
  const parts = [...text.matchAll(/import\("\.\/(indexer-[\w-]+\.js)"\)/g)].map(([, part = ""]) => part);
  expect(parts.sort()).toEqual(["indexer-compose-vectors.js", "indexer-http-embedder.js", "indexer-onnx-embedder.js"]);
  expect(text).not.toMatch(/load-adapter|__esm\(/);
  expect(packagesIn("indexer-http-embedder.js")).toContain("undici");
  expect(packagesIn("indexer-compose-vectors.js")).toContain("@qdrant/js-client-rest");
});

it.each(["parser.js", "llama.js"])("%s has no package in it", (bundle) => {
  expect([...packagesIn(bundle)]).toEqual([]);
  expect(packagesIn("server.js")).toContain("undici");
});

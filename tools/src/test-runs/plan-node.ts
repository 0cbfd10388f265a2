// npm projects: the `test` script of package.json; without one an installed runner, else node's own.
import type { TestPlace, TestPlan } from "./test-plan.ts";

const runners = ["vitest", "jest", "mocha"] as const;

export async function planNode(place: TestPlace): Promise<TestPlan | undefined> {
  const text = await place.probe.read(place.directory, "package.json");
  const manifest = text === undefined ? undefined : parseManifest(text);
  if (manifest === undefined) return undefined;
  const script = manifest.scripts["test"];
  const target = place.target === undefined ? [] : [place.target];
  if (script !== undefined && !script.includes("no test specified")) {
    const argv = ["npm", "test", "--silent", ...(target.length > 0 ? ["--", ...target] : [])];
    return { framework: frameworkOf(script) ?? "npm", argv };
  }
  const runner = runners.find((name) => manifest.dependencies.has(name));
  if (runner !== undefined) {
    return { framework: runner, argv: ["npx", "--no", runner, ...(runner === "vitest" ? ["run"] : []), ...target] };
  }
  return (await usesNodeTest(place)) ? { framework: "node:test", argv: ["node", "--test", ...target] } : undefined;
}

export function frameworkOf(command: string): string | undefined {
  if (/\bnode\b.*\s--test\b/.test(command)) return "node:test";
  return runners.find((name) => new RegExp(`\\b${name}\\b`).test(command));
}

async function usesNodeTest({ probe, directory }: TestPlace): Promise<boolean> {
  const found = await Promise.all(
    ["*.test.{js,mjs,cjs}", "test-*.{js,mjs,cjs}"].map((name) => probe.find(directory, name, 5)),
  );
  for (const path of found.flat()) {
    if (/["']node:test["']/.test((await probe.read(directory, path)) ?? "")) return true;
  }
  return false;
}

interface Manifest {
  scripts: Record<string, string>;
  dependencies: Set<string>;
}

function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const scripts: Record<string, string> = {};
  for (const [name, script] of Object.entries(recordOf(value, "scripts"))) {
    if (typeof script === "string") scripts[name] = script;
  }
  const dependencies = ["dependencies", "devDependencies"].flatMap((key) => Object.keys(recordOf(value, key)));
  return { scripts, dependencies: new Set(dependencies) };
}

function recordOf(value: unknown, key: string): Record<string, unknown> {
  const found = (value as Record<string, unknown> | null)?.[key];
  return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
}

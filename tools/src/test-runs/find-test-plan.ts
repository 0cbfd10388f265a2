// What runs a repository's tests: found from its files, nearest to `path` first, then the root, then the shallowest other place.
// Looks at files only; whether the programs are there shows when they run.
import type { WorktreeFiles } from "@outpost/core";
import type { Environment } from "@outpost/protocol";
import { planCmake, planMake } from "./plan-cmake.ts";
import { planNode } from "./plan-node.ts";
import { planPython, pythonManifests } from "./plan-python.ts";
import { createProbe, parentOf } from "./probe.ts";
import type { TestPlace, TestPlan } from "./test-plan.ts";

type Planner = (place: TestPlace) => Promise<TestPlan | undefined>;

/** In the order in which they are believed where one directory has several. */
const planners: readonly Planner[] = [planNode, planCmake, planPython, planMake];

const manifests = ["package.json", "CMakeLists.txt", ...pythonManifests, "Makefile"];

export interface FoundPlans {
  plan: TestPlan | undefined;
  /** What the same directory has besides, that tests something else: all of them make up "the tests" when no path is given. */
  besides: TestPlan[];
}

export async function findTestPlan(
  files: WorktreeFiles,
  environment: Environment,
  path: string | undefined,
): Promise<FoundPlans> {
  const probe = createProbe(files);
  for (const directory of await candidateDirectories(files, path)) {
    const target = path === undefined ? undefined : targetIn(directory, path);
    const place: TestPlace = { directory, probe, environment, ...(target !== undefined && { target }) };
    const plans: TestPlan[] = [];
    for (const planner of planners) {
      const plan = await planner(place);
      if (plan) plans.push(directory === "." ? plan : { ...plan, cwd: directory });
    }
    const fitting = plans.find((plan) => target !== undefined && suits(plan, target)) ?? plans[0];
    if (fitting) {
      // A Makefile's "test" target calls what the others are.
      const besides = plans.filter((plan) => plan !== fitting && plan.framework !== "make");
      return { plan: fitting, besides };
    }
  }
  return { plan: undefined, besides: [] };
}

const languageOf: Record<string, RegExp> = {
  ctest: /\.(?:c|cc|cpp|cxx|h|hpp)$/,
  pytest: /\.py$/,
  unittest: /\.py$/,
  make: /\.(?:c|cc|cpp|cxx|h|hpp)$/,
};

function suits(plan: TestPlan, target: string): boolean {
  return (languageOf[plan.framework] ?? /\.[cm]?[jt]sx?$/).test(target);
}

/** Those with a manifest: above the path, nearest first; the root in any case; below, shallowest first. */
async function candidateDirectories(files: WorktreeFiles, path: string | undefined): Promise<string[]> {
  const found = new Set<string>();
  for (const manifest of manifests) {
    const { paths } = await files.find(manifest, 50);
    for (const one of paths) found.add(parentOf(one));
  }
  const above: string[] = [];
  for (let at = path ?? "."; at !== "."; at = parentOf(at)) if (found.has(at)) above.push(at);
  const depth = (directory: string) => directory.split("/").length;
  const below = [...found].sort((a, b) => depth(a) - depth(b) || a.localeCompare(b)).slice(0, 10);
  return [...new Set([...above, ".", ...below])];
}

function targetIn(directory: string, path: string): string | undefined {
  if (directory === ".") return path === "." ? undefined : path;
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : undefined;
}

// Python projects: pytest where it is configured or its style is used, else unittest. Both run without writing caches into the worktree.
import { joinPath, type Probe, parentOf } from "./probe.ts";
import type { TestPlace, TestPlan } from "./test-plan.ts";

/** Files that configure pytest, and what in them does. */
const configurations: readonly [name: string, evidence: RegExp][] = [
  ["pytest.ini", /./s],
  ["conftest.py", /^/],
  ["pyproject.toml", /\[tool\.pytest/],
  ["setup.cfg", /\[tool:pytest\]/],
  ["tox.ini", /\[pytest\]/],
];

/** What marks a directory as a Python project of its own. */
export const pythonManifests: readonly string[] = ["pyproject.toml", "setup.py", "setup.cfg", "pytest.ini"];

const testsRead = 20;

export async function planPython(place: TestPlace): Promise<TestPlan | undefined> {
  const style = await findStyle(place);
  if (style === undefined || (await belongsBelow(place, style.paths))) return undefined;
  const python = pythonOf(place);
  const unittest = style.hasTestCases ? await planUnittest(place, python, style.paths) : undefined;
  if (!style.wantsPytest) return unittest;
  const argv = [python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", ...(place.target ? [place.target] : [])];
  const plan: TestPlan = { framework: "pytest", argv };
  return unittest ? { ...plan, otherwise: { when: /No module named '?pytest'?$/m, plan: unittest } } : plan;
}

interface Style {
  paths: string[];
  wantsPytest: boolean;
  hasTestCases: boolean;
}

async function findStyle({ probe, directory }: TestPlace): Promise<Style | undefined> {
  const found = await Promise.all(["test*.py", "*_test.py"].map((name) => probe.find(directory, name, 200)));
  const paths = [...new Set(found.flat())].sort();
  let isConfigured = false;
  for (const [name, evidence] of configurations) {
    const text = await probe.read(directory, name);
    if (text !== undefined && evidence.test(text)) isConfigured = true;
  }
  const texts = await Promise.all(paths.slice(0, testsRead).map((path) => probe.read(directory, path)));
  const has = (pattern: RegExp) => texts.some((text) => text !== undefined && pattern.test(text));
  const hasTestCases = has(/\bTestCase\b/);
  const usesPytest = has(/^\s*(?:import|from) pytest\b|^(?:async )?def test_/m);
  if (!isConfigured && !usesPytest && !hasTestCases) return undefined;
  return { paths, wantsPytest: isConfigured || usesPytest, hasTestCases };
}

/** Whether the directory is no Python project itself, and all tests lie in one further down: that one is to be asked. */
async function belongsBelow({ probe, directory }: TestPlace, paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(pythonManifests.map((name) => probe.find(directory, name, 50)));
  const projects = found.flat().map(parentOf);
  if (projects.length === 0 || projects.includes(".") || paths.length === 0) return false;
  return paths.every((path) => projects.some((project) => path.startsWith(`${project}/`)));
}

/** The cached virtual environment when the repository has one. */
function pythonOf({ directory, environment }: TestPlace): string {
  const mounted = [...(environment.setup?.outputs ?? []), ...environment.sharedDirectories];
  const virtual = [".venv", "venv"].find((name) => mounted.includes(name));
  if (virtual === undefined) return "python3";
  const up = directory === "." ? "" : "../".repeat(directory.split("/").length);
  return `${up}${virtual}/bin/python`;
}

async function planUnittest(place: TestPlace, python: string, paths: string[]): Promise<TestPlan> {
  const start = [python, "-B", "-m", "unittest"];
  const { target } = place;
  if (target?.endsWith(".py")) return { framework: "unittest", argv: [...start, "-v", target] };
  const directory = target ?? commonDirectory(paths);
  const pattern = paths.every((path) => path.endsWith("_test.py")) ? ["-p", "*_test.py"] : [];
  const where =
    directory === "." ? [] : ["-s", directory, "-t", await topLevel(place.probe, place.directory, directory)];
  return { framework: "unittest", argv: [...start, "discover", "-v", ...where, ...pattern] };
}

/** Where imports of a package's tests start: the first directory above that is no package. */
async function topLevel(probe: Probe, directory: string, start: string): Promise<string> {
  let at = start;
  while (at !== "." && (await probe.read(directory, joinPath(at, "__init__.py"))) !== undefined) at = parentOf(at);
  return at;
}

function commonDirectory(paths: readonly string[]): string {
  const [first = "", ...rest] = paths.map((path) => `${parentOf(path)}/`);
  let common = first;
  while (common !== "" && !rest.every((path) => path.startsWith(common))) {
    common = common.replace(/[^/]*\/$/, "");
  }
  return common.replace(/\/$/, "") || ".";
}

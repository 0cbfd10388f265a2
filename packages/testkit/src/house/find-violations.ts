// Reads every source file of a house and says which imports the layer table forbids. Knows nothing of what the code does.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Room } from "./layer-table.ts";

export interface HouseReport {
  files: number;
  imports: number;
  violations: string[];
}

interface Import {
  specifier: string;
  isType: boolean;
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^"';]*?from\s+"([^"]+)"|(?:^|[^.\w])import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;
const impurePattern = /\b(?:process\.|Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|performance\.now\()/;

/** The suites need a test runner, so they have a door of their own. */
const doorsOfTestkit = new Set(["@outpost/testkit", "@outpost/testkit/contracts"]);

export function findViolations(root: string, rooms: Record<string, Room>): HouseReport {
  const report: HouseReport = { files: 0, imports: 0, violations: [] };
  const edges = new Map<string, Set<string>>();
  for (const [name, room] of Object.entries(rooms)) {
    const files = sourceFiles(join(root, room.folder, "src"));
    if (files.length === 0) report.violations.push(`${room.folder}: the room is empty`);
    const manifest = join(root, room.folder, "package.json");
    edges.set(name, new Set());
    for (const file of files) {
      report.files += 1;
      const text = readFileSync(file, "utf8");
      const shown = relative(root, file);
      const isTest = file.endsWith(".test.ts") || file.includes("/end-to-end/");
      if (room.io === "none" && !isTest && impurePattern.test(stripComments(text))) {
        report.violations.push(`${shown}: ${name} has no clock, randomness, timers or process of its own`);
      }
      for (const found of importsOf(text)) {
        report.imports += 1;
        const problem = judge(name, room, found, isTest, declaredDependencies(manifest, isTest));
        if (problem) report.violations.push(`${shown}: ${problem}`);
        const target = targetRoom(found.specifier);
        if (target && target !== name && !isTest) edges.get(name)?.add(target);
      }
    }
  }
  report.violations.push(...findCycles(edges));
  return report;
}

function judge(name: string, room: Room, found: Import, isTest: boolean, declared: Set<string>): string | null {
  const { specifier } = found;
  if (specifier.startsWith("node:")) {
    return room.io === "node" || isTest ? null : `${name} does no IO but imports "${specifier}"`;
  }
  if (specifier.startsWith(".")) return null;
  const target = targetRoom(specifier);
  if (!target)
    return declared.has(packageName(specifier)) || isTest || name === "testkit"
      ? null
      : `"${specifier}" is not declared in its package.json`;
  if (target === "testkit" && isTest) {
    return doorsOfTestkit.has(specifier) ? null : `"${specifier}" goes past the room's only door`;
  }
  if (target === name) return `imports itself through "${specifier}"`;
  if (specifier !== `@outpost/${target}`) return `"${specifier}" goes past the room's only door`;
  if (room.values.includes(target))
    return declared.has(specifier) ? null : `"${specifier}" is not declared in its package.json`;
  if (room.types.includes(target)) return found.isType ? null : `only types of ${target} may be imported by ${name}`;
  return `${name} may not import ${target}`;
}

function targetRoom(specifier: string): string | null {
  return /^@outpost\/([^/]+)/.exec(specifier)?.[1] ?? null;
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function importsOf(text: string): Import[] {
  return [...stripComments(text).matchAll(importPattern)].map((match) => ({
    specifier: match[2] ?? match[3] ?? match[4] ?? "",
    isType: match[1] !== undefined,
  }));
}

function stripComments(text: string): string {
  return text.replace(/^\s*\/\/.*$/gm, "").replace(/\/\*[\s\S]*?\*\//g, "");
}

/** Tests may use what is declared for development as well. */
function declaredDependencies(manifest: string, isTest: boolean): Set<string> {
  if (!existsSync(manifest)) return new Set();
  const parsed = JSON.parse(readFileSync(manifest, "utf8")) as Record<
    "dependencies" | "optionalDependencies" | "devDependencies",
    object | undefined
  >;
  const names = [parsed.dependencies, parsed.optionalDependencies, isTest ? parsed.devDependencies : undefined];
  return new Set(names.flatMap((dependencies) => Object.keys(dependencies ?? {})));
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function findCycles(edges: Map<string, Set<string>>): string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (room: string, path: string[]): void => {
    const at = path.indexOf(room);
    if (at >= 0) {
      cycles.push(`cycle of rooms: ${[...path.slice(at), room].join(" → ")}`);
      return;
    }
    if (done.has(room)) return;
    for (const next of edges.get(room) ?? []) visit(next, [...path, room]);
    done.add(room);
  };
  for (const room of edges.keys()) visit(room, []);
  return cycles;
}

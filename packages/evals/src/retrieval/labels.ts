// The labelled queries of one repository, from a JSON file: which files (or lines) answer which question. Unknown JSON is parsed here,
// once, into what the benchmark works with. Fields that it does not know are passed over; what it cannot use is named, not fatal.
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { OutpostError, type QueryExpansion } from "@outpost/protocol";
import { listNamedFolder } from "./named-folder.ts";

export interface Target {
  path: string;
  /** Present when only these lines answer, 1-based inclusive. */
  lines: { startLine: number; endLine: number } | null;
}

export interface LabelledQuery {
  query: string;
  category: string;
  /** Primary and secondary answers alike. */
  targets: Target[];
  /** What a language model said of it. */
  expansion?: QueryExpansion;
}

export interface LabelledRepository {
  name: string;
  language: string;
  /** The folder that is searched in root mode; "" for all. */
  root: string;
  queries: LabelledQuery[];
}

/** What was left out, and why. */
export interface Skipped {
  name: string;
  reason: string;
}

export interface Labels {
  repositories: LabelledRepository[];
  skipped: Skipped[];
}

/** Every `*.json` of the folder, by name. Rejects when the folder cannot be read, or has none. */
export async function readLabels(directory: string): Promise<Labels> {
  const names = (await listNamedFolder("labels", directory)).filter((name) => name.endsWith(".json")).sort();
  if (names.length === 0) {
    throw new OutpostError("not_found", `no label file (NAME.json) in "${directory}"; name another with --labels`);
  }
  const labels: Labels = { repositories: [], skipped: [] };
  for (const name of names) {
    const { repositories, skipped } = parseLabels(await readFile(join(directory, name), "utf8"), name);
    labels.repositories.push(...repositories);
    labels.skipped.push(...skipped);
  }
  return labels;
}

/** Those of the names, of all where there are no names. Throws `not_found` when it would be none. */
export function chooseRepositories(
  repositories: readonly LabelledRepository[],
  only: readonly string[] | undefined,
): readonly LabelledRepository[] {
  const chosen = repositories.filter(({ name }) => only?.includes(name) ?? true);
  if (chosen.length > 0) return chosen;
  if (only === undefined || repositories.length === 0) throw new OutpostError("not_found", "no label file can be used");
  const names = repositories.map(({ name }) => name).join(", ");
  throw new OutpostError("not_found", `no label file is of "${only.join(",")}"; --only takes any of ${names}`);
}

/** The repository of one file, or none with the reason; queries that cannot be used are left out and counted. */
export function parseLabels(text: string, source: string): Labels {
  const value = parseJson(text);
  if (value === undefined) return { repositories: [], skipped: [{ name: source, reason: "not JSON" }] };
  const { name, language, benchmark_root: root, queries } = isRecord(value) ? value : {};
  if (!Array.isArray(queries)) {
    return { repositories: [], skipped: [{ name: source, reason: "no label file: it has no list of queries" }] };
  }
  const parsed = queries.map(parseQuery).filter((query) => query !== null);
  const unusable = queries.length - parsed.length;
  const skipped: Skipped[] = [];
  if (unusable > 0) {
    skipped.push({ name: source, reason: `${unusable} of ${queries.length} queries without a text or an answer` });
  }
  if (parsed.length === 0) return { repositories: [], skipped };
  const repository = {
    name: typeof name === "string" ? name : basename(source, ".json"),
    language: typeof language === "string" ? language : "unknown",
    root: typeof root === "string" ? root.replace(/^\.?\/|\/$|^\.$/g, "") : "",
    queries: parsed,
  };
  return { repositories: [repository], skipped };
}

function parseQuery(value: unknown): LabelledQuery | null {
  if (!isRecord(value) || typeof value["query"] !== "string" || value["query"].trim() === "") return null;
  const { query, category, relevant, secondary } = value;
  const targets = [relevant, secondary]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map(parseTarget)
    .filter((target) => target !== null);
  if (targets.length === 0) return null;
  return { query, category: typeof category === "string" ? category : "uncategorized", targets };
}

/** An object with a path and perhaps lines, or the path alone; null for lines that are none. */
function parseTarget(value: unknown): Target | null {
  if (typeof value === "string") return { path: normalize(value), lines: null };
  if (!isRecord(value) || typeof value["path"] !== "string") return null;
  const { path, start_line: start, end_line: end } = value;
  const named = normalize(path as string);
  if (typeof start !== "number" || typeof end !== "number") return { path: named, lines: null };
  const areLines = Number.isInteger(start) && Number.isInteger(end) && start >= 1 && start <= end;
  return areLines ? { path: named, lines: { startLine: start, endLine: end } } : null;
}

function normalize(path: string): string {
  return path.replaceAll("\\", "/").replace(/^\.\//, "");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

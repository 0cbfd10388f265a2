// The labelled queries of one repository, from a JSON file: which files (or lines) answer which question. Unknown JSON is parsed here,
// once, into what the benchmark works with.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";

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
}

export interface LabelledRepository {
  name: string;
  language: string;
  /** The folder that is searched in root mode; "" for all. */
  root: string;
  queries: LabelledQuery[];
}

/** Every `*.json` of the folder, by name. */
export async function readLabels(directory: string): Promise<LabelledRepository[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    names.map(async (name) => parseLabels(JSON.parse(await readFile(join(directory, name), "utf8")), name)),
  );
}

export function parseLabels(value: unknown, source: string): LabelledRepository {
  const { name, language, benchmark_root: root, queries } = record(value, source);
  if (typeof name !== "string" || typeof language !== "string" || !Array.isArray(queries)) {
    throw new OutpostError("invalid_input", `"${source}" is no label file: it needs name, language and queries`);
  }
  return {
    ...{ name, language, root: typeof root === "string" ? root : "" },
    queries: queries.map((query) => parseQuery(record(query, source), source)),
  };
}

function parseQuery({ query, category, relevant, secondary }: Record<string, unknown>, source: string): LabelledQuery {
  if (typeof query !== "string" || typeof category !== "string" || !Array.isArray(relevant)) {
    throw new OutpostError("invalid_input", `a query in "${source}" lacks query, category or relevant`);
  }
  const targets = [...relevant, ...(Array.isArray(secondary) ? secondary : [])];
  return { query, category, targets: targets.map((target) => parseTarget(record(target, source), source)) };
}

function parseTarget({ path, start_line, end_line }: Record<string, unknown>, source: string): Target {
  if (typeof path !== "string") throw new OutpostError("invalid_input", `an answer in "${source}" lacks its path`);
  const hasLines = typeof start_line === "number" && typeof end_line === "number";
  return { path, lines: hasLines ? { startLine: start_line, endLine: end_line } : null };
}

function record(value: unknown, source: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null) {
    throw new OutpostError("invalid_input", `"${source}" holds ${JSON.stringify(value)} where an object is expected`);
  }
  return value as Record<string, unknown>;
}

// Makes of given arguments what the schema asks for, where there is one way to read them: JSON text for a list or record, one thing for a
// list of them, numbers and booleans in quotes, an enum's value in another case. Drops unknown names and empty optional ones.
// Pure. What it cannot read stays as it is, for the check behind it. Text that is asked for is never parsed.
import { commandNames, matchNames, plainName } from "./argument-names.ts";
import type { Budget } from "./budget.ts";
import { alternativesOf, findProblem, type JsonSchema, typesOf } from "./json-schema.ts";
import { readJson } from "./lenient-json.ts";
import { isRecord } from "./scan-json.ts";

const maxDepth = 16;

export function coerceRecord(
  given: Record<string, unknown>,
  schema: JsonSchema,
  budget: Budget,
): Record<string, unknown> {
  return coerceProperties(given, schema, { budget, depth: 0 });
}

interface Place {
  budget: Budget;
  depth: number;
}

function coerceProperties(given: Record<string, unknown>, schema: JsonSchema, place: Place): Record<string, unknown> {
  const { properties } = schema;
  // Any record is asked for: nothing to know it by.
  if (properties === undefined) return given;
  const coerced = new Map<string, unknown>();
  for (const [name, from] of matchNames(Object.keys(properties), Object.keys(given))) {
    const property = properties[name] ?? {};
    const value = given[from];
    const isRequired = schema.required?.includes(name) ?? false;
    if (value === undefined || (value === null && !typesOf(property).has("null"))) continue;
    if (value === "" && !isRequired && !takesText(property)) continue;
    coerced.set(name, coerce(value, property, { ...place, depth: place.depth + 1 }, plainName(name)));
  }
  return Object.fromEntries(coerced);
}

function takesText(schema: JsonSchema): boolean {
  const types = typesOf(schema);
  return types.size === 0 || (types.has("string") && schema.enum === undefined);
}

function coerce(value: unknown, schema: JsonSchema, place: Place, name = ""): unknown {
  if (place.depth > maxDepth) return value;
  const types = typesOf(schema);
  const given = parseWhenAsked(value, types, place.budget);
  if (types.has("array") && !Array.isArray(given) && !types.has(kindOf(given)))
    return coerceArray([given], schema, place);
  if (Array.isArray(given))
    return types.has("array") ? coerceArray(given, schema, place) : joinCommand(given, types, name);
  if (isRecord(given)) return types.has("object") ? coerceProperties(given, recordSchema(given, schema), place) : given;
  return coerceScalar(given, schema, types);
}

/** The alternative that the record fits, or the schema itself. */
function recordSchema(given: Record<string, unknown>, schema: JsonSchema): JsonSchema {
  return alternativesOf(schema).find((other) => findProblem(given, other) === undefined && other.properties) ?? schema;
}

function coerceArray(items: readonly unknown[], schema: JsonSchema, place: Place): unknown[] {
  const list = schema.items ? schema : (alternativesOf(schema).find((other) => other.items) ?? schema);
  const below = { ...place, depth: place.depth + 1 };
  return items.map((item) => coerce(item, list.items ?? {}, below));
}

/** A text that looks like a list or record is one where the schema takes one, even where it takes text as well. */
function parseWhenAsked(value: unknown, types: ReadonlySet<string>, budget: Budget): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  const isAsked =
    (text.startsWith("[") && types.has("array")) ||
    (text.startsWith("{") && (types.has("object") || types.has("array")));
  if (!isAsked) return value;
  const read = readJson(text, 0, budget);
  return read && read.doubt === "none" && read.end === text.length ? read.value : value;
}

/** ["bash", "-lc", "npm test"] and ["npm", "test"], where the tool takes one line. */
function joinCommand(words: readonly unknown[], types: ReadonlySet<string>, name: string): unknown {
  if (!types.has("string") || !commandNames.has(name) || !words.every((word) => typeof word === "string")) return words;
  const [shell = "", flag = "", line] = words;
  if (words.length === 3 && /^(?:.*\/)?(?:ba|z)?sh$/.test(shell) && /^-l?c$/.test(flag)) return line;
  return words.every((word) => /^[\w./:=@%+,-]+$/.test(word)) ? words.join(" ") : words;
}

function coerceScalar(value: unknown, schema: JsonSchema, types: ReadonlySet<string>): unknown {
  const chosen = schema.enum ? matchEnum(value, schema.enum) : undefined;
  if (chosen !== undefined) return chosen;
  if (types.size === 0 || types.has(kindOf(value))) return value;
  if (typeof value !== "string") {
    if (types.has("string") && (typeof value === "number" || typeof value === "boolean")) return String(value);
    return types.has("boolean") && (value === 1 || value === 0) ? value === 1 : value;
  }
  const text = value.trim();
  if ((types.has("integer") || types.has("number")) && /^[+-]?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text);
  if (types.has("boolean") && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
  return value;
}

function matchEnum(value: unknown, options: readonly unknown[]): unknown {
  if (options.includes(value) || (typeof value !== "string" && typeof value !== "number")) return undefined;
  const wanted = plainName(String(value).trim());
  const found = options.filter((option) => plainName(String(option)) === wanted);
  return found.length === 1 ? found[0] : undefined;
}

/** As the schema calls it. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

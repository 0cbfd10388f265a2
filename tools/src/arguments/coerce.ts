// Makes of what a model gave what the schema asks for, where there is only one way to read it: numbers and booleans in quotes, a list
// or object as JSON text, one thing where a list of them is asked, another spelling of a name. Drops nulls of optional properties and
// unknown properties. Whatever else is wrong stays as it is, for the check behind it to refuse. Text stays text: a string that is
// asked for is never parsed.
import type { JsonSchema } from "./json-schema.ts";

/** Names that other agents' tools have for the same thing. Used only when the schema has no such name itself. */
const otherNames: Record<string, readonly string[]> = {
  path: ["file", "filename", "filepath", "targetfile", "directory", "dir"],
  content: ["contents", "filetext", "text"],
  old: ["oldstring", "oldstr", "oldtext", "search"],
  new: ["newstring", "newstr", "newtext", "replace", "replacement"],
  all: ["replaceall"],
  argv: ["command", "cmd", "args"],
  pattern: ["query", "glob", "regexp", "search"],
  query: ["pattern", "search"],
  summary: ["answer", "result", "message"],
  question: ["message", "text", "prompt"],
};

export function coerceArguments(value: unknown, schema: JsonSchema): unknown {
  if (value === undefined || value === null) return {};
  return coerce(value, schema);
}

function coerce(value: unknown, schema: JsonSchema): unknown {
  switch (schema.type) {
    case "object":
      return coerceObject(value, schema);
    case "array":
      return coerceArray(value, schema);
    case "integer":
    case "number":
      return coerceNumber(value);
    case "boolean":
      return coerceBoolean(value);
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    default:
      return value;
  }
}

function coerceObject(value: unknown, schema: JsonSchema): unknown {
  const given = parseWhenJson(value, "{");
  if (!isRecord(given)) return given;
  const coerced: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const found = findValue(given, name, schema);
    if (found === undefined) continue;
    const isRequired = schema.required?.includes(name) ?? false;
    if (!isRequired && isNothing(found)) continue;
    coerced[name] = coerce(found, property);
  }
  return coerced;
}

function findValue(given: Record<string, unknown>, name: string, schema: JsonSchema): unknown {
  if (Object.hasOwn(given, name)) return given[name];
  const wanted = [plain(name), ...(otherNames[name] ?? [])];
  const taken = new Set(Object.keys(schema.properties ?? {}));
  const found = Object.keys(given).find((key) => !taken.has(key) && wanted.includes(plain(key)));
  return found === undefined ? undefined : given[found];
}

function coerceArray(value: unknown, schema: JsonSchema): unknown {
  const given = parseWhenJson(value, "[");
  const list = Array.isArray(given) ? given : [given];
  return list.map((item) => coerce(item, schema.items ?? {}));
}

function coerceNumber(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  return /^[+-]?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : value;
}

function coerceBoolean(value: unknown): unknown {
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== "string") return value;
  const text = value.trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : value;
}

function parseWhenJson(value: unknown, opening: "{" | "["): unknown {
  if (typeof value !== "string" || !value.trimStart().startsWith(opening)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** What models send for an optional property that they do not mean to give. */
function isNothing(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, "");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

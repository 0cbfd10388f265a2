// The part of JSON Schema that tools use, and whether a value fits one. Pure. Keywords that it does not know are not checked: the tool
// behind it checks everything again.
import { isRecord } from "./scan-json.ts";

export interface JsonSchema {
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/** A tool's parameters come from outside of this package, as any record. */
export function asSchema(value: unknown): JsonSchema {
  return isRecord(value) ? (value as JsonSchema) : {};
}

/** Types that a value may have; empty: any. */
export function typesOf(schema: JsonSchema): Set<string> {
  const types = typeof schema.type === "string" ? [schema.type] : Array.isArray(schema.type) ? schema.type : [];
  return new Set([...types, ...alternativesOf(schema).flatMap((other) => [...typesOf(other)])]);
}

export function alternativesOf(schema: JsonSchema): JsonSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [];
}

/** What is wrong with the value, in a few words, or undefined. */
export function findProblem(value: unknown, schema: JsonSchema, name = "the arguments"): string | undefined {
  const others = alternativesOf(schema);
  if (others.length > 0 && others.every((other) => findProblem(value, other, name) !== undefined))
    return `${name} fits none of its forms`;
  const types = typesOf(schema);
  if (types.size > 0 && ![...types].some((type) => hasType(value, type)))
    return `${name} is not of type ${[...types].join(" or ")}`;
  if (schema.enum && !schema.enum.includes(value))
    return `${name} is none of ${schema.enum.slice(0, 12).map(String).join(", ")}`;
  if (Array.isArray(value))
    return firstOf(value, (item) => findProblem(item, schema.items ?? {}, `an item of ${name}`));
  if (!isRecord(value)) return undefined;
  const missing = schema.required?.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) return `${missing} is missing`;
  const properties = asSchema(schema).properties ?? {};
  return firstOf(Object.keys(value), (key) =>
    Object.hasOwn(properties, key) ? findProblem(value[key], properties[key] ?? {}, key) : undefined,
  );
}

function firstOf<Item>(items: readonly Item[], find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = find(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case "object":
      return isRecord(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isSafeInteger(value);
    case "number":
      return Number.isFinite(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}

// The JSON Schema that a model sees, made from the zod schema that checks its arguments, so that the two cannot differ.
// Bounds and defaults are left out: they cost tokens at every step, and a refused call names them.
import { z } from "zod";

export interface JsonSchema {
  type?: string;
  description?: string;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
}

export function createJsonSchema(schema: z.ZodType): JsonSchema {
  return compact(z.toJSONSchema(schema, { io: "input" }) as JsonSchema);
}

function compact(schema: JsonSchema): JsonSchema {
  const { type, description, properties, required, items } = schema;
  return {
    ...(type !== undefined && { type }),
    ...(description !== undefined && { description }),
    ...(schema.enum !== undefined && { enum: schema.enum }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, compact(value)])),
    }),
    ...(required !== undefined && required.length > 0 && { required }),
    ...(items !== undefined && { items: compact(items) }),
  };
}

/** The schema in one line, as a refused call shows it: `{"path": string, "limit"?: integer}`. */
export function describeSchema(schema: JsonSchema): string {
  if (schema.type === "array") return `[${describeSchema(schema.items ?? {})}, …]`;
  if (schema.type !== "object") return schema.type ?? "any";
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const optional = schema.required?.includes(name) ? "" : "?";
    return `"${name}"${optional}: ${describeSchema(property)}`;
  });
  return `{${properties.join(", ")}}`;
}

// Makes a tool of its zod schema and what it does. What every tool shares is here: the schema as the model sees it, coercion, the text
// of a refused call, and that an expected failure is an observation and never a rejection. Knows no particular tool.
import type { Tool, ToolContext, ToolResult } from "@outpost/core";
import { isOutpostError, type ToolEffect, type ToolSchema } from "@outpost/protocol";
import type { z } from "zod";
import { coerceArguments } from "./arguments/coerce.ts";
import { createJsonSchema, describeSchema, type JsonSchema } from "./arguments/json-schema.ts";

interface ToolDefinition<Schema extends z.ZodObject> {
  name: string;
  description: string;
  effect: ToolEffect;
  parameters: Schema;
  /** How it is offered in a small window: the parameters that are named, besides those that are required. Absent: not at all. */
  compact?: { description: string; optional?: readonly (keyof z.input<Schema> & string)[] };
  /** A correct call's arguments, shown when a call is refused. */
  example: z.input<Schema>;
  /** Rewrites a property that has a known other form, before coercion. */
  prepare?: (given: unknown) => unknown;
  /** May reject with an `OutpostError`: it becomes the observation, except `internal` and an abort. */
  run(value: z.output<Schema>, context: ToolContext): Promise<ToolResult>;
}

export function defineTool<Schema extends z.ZodObject>(definition: ToolDefinition<Schema>): Tool<z.output<Schema>> {
  const jsonSchema = createJsonSchema(definition.parameters);
  const schema: ToolSchema = {
    name: definition.name,
    description: definition.description,
    parameters: { ...jsonSchema },
  };
  return {
    schema,
    ...(definition.compact ? { compactSchema: compactSchema(schema, definition.compact) } : {}),
    effect: definition.effect,
    parse(value) {
      const prepared = definition.prepare ? definition.prepare(value) : value;
      const coerced = coerceArguments(prepared, jsonSchema);
      const parsed = definition.parameters.safeParse(coerced);
      if (parsed.success) return { ok: true, value: parsed.data };
      return { ok: false, problem: describeProblem(definition, jsonSchema, coerced, parsed.error) };
    },
    async run(value, context) {
      context.signal.throwIfAborted();
      try {
        return await definition.run(value, context);
      } catch (error) {
        if (context.signal.aborted || !isOutpostError(error) || error.code === "internal") throw error;
        return { ok: false, text: `${definition.name} failed: ${error.message}` };
      }
    },
  };
}

function compactSchema(
  { name, parameters }: ToolSchema,
  { description, optional = [] }: { description: string; optional?: readonly string[] },
): ToolSchema {
  const { properties = {}, required = [] } = parameters as { properties?: object; required?: readonly string[] };
  const kept = Object.entries(properties).filter(([key]) => required.includes(key) || optional.includes(key));
  return { name, description, parameters: { ...parameters, properties: Object.fromEntries(kept) } };
}

function describeProblem(
  definition: Pick<ToolDefinition<z.ZodObject>, "name" | "example">,
  schema: JsonSchema,
  given: unknown,
  error: z.ZodError,
): string {
  const problems = error.issues.slice(0, 5).map((issue) => describeIssue(issue, given));
  return [
    `${definition.name} was not called: ${problems.join("; ")}`,
    `it takes ${describeSchema(schema)}`,
    `for example ${JSON.stringify(definition.example)}`,
  ].join("\n");
}

function describeIssue(issue: z.core.$ZodIssue, given: unknown): string {
  const name = issue.path.length === 0 ? "the arguments" : issue.path.join(".");
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], given);
  if (issue.code === "custom") return `${name}: ${issue.message}`;
  if (value === undefined) return `${name} is missing`;
  if (issue.code === "invalid_type") return `${name} must be ${article(issue.expected)}, not ${show(value)}`;
  if (issue.code === "too_small") return `${name} is ${show(value)}, under its minimum of ${issue.minimum}`;
  if (issue.code === "too_big") return `${name} is ${show(value)}, over its maximum of ${issue.maximum}`;
  return `${name}: ${issue.message.toLowerCase()}`;
}

function article(expected: string): string {
  const names: Record<string, string> = {
    int: "a whole number",
    number: "a whole number",
    array: "a list",
    object: "an object",
    string: "text",
    boolean: "true or false",
  };
  return names[expected] ?? expected;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

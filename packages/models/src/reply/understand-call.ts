// Decides what a call means, however it came: which declared tool, with which arguments by its schema, or why it cannot be run. Pure.
// Invariants: an understood call names a declared tool and fits its schema; one that was cut is never understood; one that may change
// something is understood only where there is no doubt.
import type { ToolSchema } from "@outpost/protocol";
import { type Budget, createBudget } from "./budget.ts";
import { coerceRecord } from "./coerce.ts";
import { type Doubt, worseOf } from "./doubt.ts";
import { asSchema, findProblem, type JsonSchema } from "./json-schema.ts";
import { readArguments } from "./read-arguments.ts";
import { createNameResolver, mayChange } from "./tool-names.ts";

export interface DeclaredTool {
  name: string;
  schema: JsonSchema;
  mayChange: boolean;
}

export interface ToolIndex {
  find(name: string): DeclaredTool | undefined;
}

export interface GivenCall {
  name: string;
  arguments: unknown;
  /** Of the text around the arguments. */
  doubt: Doubt;
}

export interface UnderstoodCall {
  name: string;
  arguments: Record<string, unknown>;
}

export type Understanding =
  | { ok: true; call: UnderstoodCall }
  /** `call`: what was meant, whole and without doubt, though it does not fit the schema; absent: it is not to be run at all. */
  | { ok: false; name: string; problem: string; call?: UnderstoodCall };

/** Tools whose parameters are not a schema of a record are known by name only. */
export function createToolIndex(tools: readonly ToolSchema[]): ToolIndex {
  const byName = new Map(
    tools.map(({ name, parameters }) => [name, { name, schema: asSchema(parameters), mayChange: mayChange(name) }]),
  );
  const resolve = createNameResolver([...byName.keys()]);
  const found = new Map<string, DeclaredTool | undefined>();
  return {
    find(name) {
      if (found.has(name)) return found.get(name);
      const tool = byName.get(resolve(name) ?? "");
      if (found.size < maxRemembered) found.set(name, tool);
      return tool;
    },
  };
}

const maxRemembered = 1000;
const maxArgumentCharacters = 4_000_000;

export function understandCall(given: GivenCall, tools: ToolIndex): Understanding {
  const refuse = (problem: string, name = given.name): Understanding => ({ ok: false, name, problem });
  const tool = tools.find(given.name);
  if (!tool) return refuse(given.name === "" ? "the call has no name" : "there is no such tool");
  const length = typeof given.arguments === "string" ? given.arguments.length : 0;
  if (length > maxArgumentCharacters)
    return refuse(`its arguments are over ${maxArgumentCharacters} characters`, tool.name);
  const budget = createBudget(length + minimumLength);
  const read = readArguments(given.arguments, tool.schema, budget);
  if (!read.ok) return refuse(read.problem, tool.name);
  const doubt = worseOf(read.doubt, given.doubt);
  if (doubt === "unterminated") return refuse("it was cut before its end", tool.name);
  if (doubt !== "none" && tool.mayChange)
    return refuse(
      doubt === "missing_close" ? "closing brackets are missing" : "its JSON can be read in two ways",
      tool.name,
    );
  return fitToSchema(tool, read.record, budget);
}

const minimumLength = 1_000_000;

function fitToSchema(tool: DeclaredTool, record: Record<string, unknown>, budget: Budget): Understanding {
  const fitted = coerceRecord(record, tool.schema, budget);
  const problem = findProblem(fitted, { ...tool.schema, type: "object" });
  if (problem === undefined) return { ok: true, call: { name: tool.name, arguments: fitted } };
  return { ok: false, name: tool.name, problem, call: { name: tool.name, arguments: record } };
}

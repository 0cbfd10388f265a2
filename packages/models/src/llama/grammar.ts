// From JSON Schema to the grammar that llama.cpp holds a model to. Pure. Whatever the grammar lets through parses as JSON and fits the schema,
// but for the bounds of numbers, patterns and long strings, which are checked behind it.
// What has no end in the schema gets one here where a wandering model would not find it: digits, items, short strings.
import type { ToolSchema } from "@outpost/protocol";
import { isRecord } from "../reply/scan-json.ts";

/** Longer limits would make a grammar that is slow to follow; such strings end where the model ends them. */
const maxCountedCharacters = 512;
const maxItems = 32;

const shared: Record<string, string> = {
  sp: '" "?',
  // Without surrogates, so that a character is one unit wherever it is counted.
  char: String.raw`[^"\\\x00-\x1F\x7F\U00010000-\U0010FFFF] | "\\" (["\\/bfnrt] | "u00" [0-9a-fA-F] [0-9a-fA-F])`,
  string: String.raw`"\"" char* "\""`,
  integer: '"-"? ("0" | [1-9] [0-9]{0,8})',
  count: '"0" | [1-9] [0-9]{0,8}',
  number: 'integer ("." [0-9]{1,6})?',
  boolean: '"true" | "false"',
  null: '"null"',
  object: '"{" sp (string ":" sp value ("," sp string ":" sp value)*)? sp "}"',
  array: '"[" sp (value ("," sp value)*)? sp "]"',
  value: "string | number | object | array | boolean | null",
};

/** A call of one of the tools, or an answer in words. */
export function composeCallGrammar(tools: readonly ToolSchema[]): string {
  const rules = createRules();
  const calls = tools.map(
    ({ name, parameters }) =>
      `"{" sp ${literal("tool")} ":" sp ${literal(name)} "," sp ${literal("arguments")} ":" sp ${rules.of(parameters)} sp "}"`,
  );
  return rules.write([...calls, `"{" sp ${literal("answer")} ":" sp string sp "}"`].join(" | "));
}

export function composeSchemaGrammar(schema: Record<string, unknown>): string {
  const rules = createRules();
  return rules.write(rules.of(schema));
}

/** The JSON text of a value as the grammar's own literal. */
function literal(value: unknown): string {
  return JSON.stringify(JSON.stringify(value));
}

interface Rules {
  /** What stands for the schema inside of another rule. */
  of(schema: unknown): string;
  write(root: string): string;
}

function createRules(): Rules {
  const own: string[] = [];

  function name(body: string): string {
    own.push(body);
    return `r${own.length - 1}`;
  }

  function of(schema: unknown): string {
    if (!isRecord(schema)) return "value";
    if ("const" in schema) return literal(schema["const"]);
    if (Array.isArray(schema["enum"])) return name(schema["enum"].map(literal).join(" | "));
    const others = schema["anyOf"] ?? schema["oneOf"];
    if (Array.isArray(others)) return name(others.map(of).join(" | "));
    const { type } = schema;
    if (Array.isArray(type)) return name(type.map((one) => of({ ...schema, type: one })).join(" | "));
    return ofType(String(type), schema);
  }

  function ofType(type: string, schema: Record<string, unknown>): string {
    switch (type) {
      case "string":
        return ofString(schema);
      case "integer":
        return Number(schema["minimum"] ?? -1) >= 0 ? "count" : "integer";
      case "array":
        return ofArray(schema);
      case "object":
        return ofObject(schema);
      default:
        return Object.hasOwn(shared, type) ? type : "value";
    }
  }

  function ofString({ maxLength, minLength }: Record<string, unknown>): string {
    const least = typeof minLength === "number" && minLength <= maxCountedCharacters ? minLength : 0;
    if (typeof maxLength === "number" && maxLength <= maxCountedCharacters)
      return name(String.raw`"\"" char{${Math.min(least, maxLength)},${maxLength}} "\""`);
    return least === 0 ? "string" : name(String.raw`"\"" char{${least}} char* "\""`);
  }

  function ofArray(schema: Record<string, unknown>): string {
    const item = of(schema["items"]);
    const most = typeof schema["maxItems"] === "number" ? Math.min(schema["maxItems"], maxItems) : maxItems;
    const least = typeof schema["minItems"] === "number" ? Math.min(schema["minItems"], most) : 0;
    if (most === 0) return name('"[" sp "]"');
    const items = `${item} ("," sp ${item}){${Math.max(0, least - 1)},${most - 1}}`;
    return name(`"[" sp ${least === 0 ? `(${items})?` : items} sp "]"`);
  }

  /** The required ones first, in their order; then those that may be left out. */
  function ofObject(schema: Record<string, unknown>): string {
    const properties = isRecord(schema["properties"]) ? schema["properties"] : undefined;
    if (!properties) return "object";
    const required = Array.isArray(schema["required"]) ? schema["required"].filter((key) => key in properties) : [];
    const pair = (key: string) => `${literal(key)} ":" sp ${of(properties[key])}`;
    const optional = Object.keys(properties)
      .filter((key) => !required.includes(key))
      .map(pair);
    const follow = optional.map((one) => ` ("," sp ${one})?`);
    if (required.length > 0) return name(`"{" sp ${required.map(pair).join(' "," sp ')}${follow.join("")} sp "}"`);
    const starts = optional.map((one, at) => `${one}${follow.slice(at + 1).join("")}`);
    return name(starts.length === 0 ? '"{" sp "}"' : `"{" sp (${starts.join(" | ")})? sp "}"`);
  }

  return {
    of,
    write: (root) =>
      [
        `root ::= ${root}`,
        ...own.map((body, at) => `r${at} ::= ${body}`),
        ...Object.entries(shared).map(([key, body]) => `${key} ::= ${body}`),
      ].join("\n"),
  };
}

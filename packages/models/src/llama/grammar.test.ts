import { describe, expect, it } from "vitest";
import { composeCallGrammar, composeSchemaGrammar } from "./grammar.ts";

const rootOf = (grammar: string) => grammar.split("\n")[0];

describe("a grammar", () => {
  it("names each tool and the way to answer in words", () => {
    const grammar = composeCallGrammar([
      { name: "look", description: "", parameters: { type: "object", properties: {} } },
      { name: "stop", description: "", parameters: {} },
    ]);
    expect(rootOf(grammar)).toContain(String.raw`"\"tool\"" ":" sp "\"look\"" "," sp "\"arguments\"" ":" sp r0 sp "}"`);
    expect(rootOf(grammar)).toContain(String.raw`"\"stop\"" "," sp "\"arguments\"" ":" sp value sp "}"`);
    expect(rootOf(grammar)).toContain(String.raw`"{" sp "\"answer\"" ":" sp string sp "}"`);
  });

  it.each([
    [{ enum: ['a"b', 1, null] }, String.raw`r0 ::= "\"a\\\"b\"" | "1" | "null"`],
    [{ type: "string", maxLength: 3 }, String.raw`r0 ::= "\"" char{0,3} "\""`],
    [{ type: ["string", "null"] }, "r0 ::= string | null"],
    [
      { type: "array", items: { type: "boolean" }, minItems: 2, maxItems: 3 },
      'r0 ::= "[" sp boolean ("," sp boolean){1,2} sp "]"',
    ],
    [{ type: "object", properties: {} }, 'r0 ::= "{" sp "}"'],
    [
      { type: "object", properties: { a: { type: "integer" }, b: { type: "null" } } },
      String.raw`r0 ::= "{" sp ("\"a\"" ":" sp integer ("," sp "\"b\"" ":" sp null)? | "\"b\"" ":" sp null)? sp "}"`,
    ],
    [
      { type: "object", properties: { a: {}, b: { type: "integer", minimum: 0 } }, required: ["b"] },
      String.raw`r0 ::= "{" sp "\"b\"" ":" sp count ("," sp "\"a\"" ":" sp value)? sp "}"`,
    ],
  ])("of %j has its rule", (schema, rule) => {
    expect(composeSchemaGrammar(schema).split("\n")).toContain(rule);
  });
});

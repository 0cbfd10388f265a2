import { describe, expect, it } from "vitest";
import { ErrorCode, errorMappings } from "./errors.ts";
import { createOpenApiDocument } from "./openapi.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: Record<string, unknown>;
}

interface Operation {
  operationId: string;
  summary: string;
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
  security: object[];
}

interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

const document = createOpenApiDocument("1.2.3") as unknown as Document;
const named = Object.entries(routes) as [string, Route][];

function operationOf({ path, method }: Route): Operation {
  const operation = document.paths[path.replaceAll(/:([A-Za-z]+)/g, "{$1}")]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${method} ${path} is not in the document`);
  return operation;
}

/** Every node below, with where it is. */
function* walk(node: unknown, where = "#"): Generator<[string, unknown]> {
  yield [where, node];
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node)) yield* walk(value, `${where}/${key}`);
}

describe("the OpenAPI document", () => {
  it("is one of 3.1 that says its version", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: "Outpost", version: "1.2.3" });
    expect(document.components.securitySchemes).toEqual({ token: { type: "http", scheme: "bearer" } });
  });

  it("is data: JSON keeps all of it", () => {
    const nodes = [...walk(document)];
    expect(nodes.length).toBeGreaterThan(1_000);
    expect(nodes.filter(([, node]) => node === undefined).map(([where]) => where)).toEqual([]);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it("has one operation a route and no other", () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(operations.map((operation) => operation.operationId).sort()).toEqual(named.map(([name]) => name).sort());
  });

  it("refers only to what it has", () => {
    const references = [...walk(document)].filter(
      ([where, node]) => where.endsWith("/$ref") && typeof node === "string",
    );
    expect(references.length).toBeGreaterThan(0);
    const known = new Set([...walk(document)].map(([where]) => where));
    expect(references.filter(([, to]) => !known.has(String(to)))).toEqual([]);
  });

  it("has schemas of known types only", () => {
    const types = ["string", "number", "integer", "boolean", "array", "object", "null"];
    const schemas = [...walk(document)].filter(([where]) => where.endsWith("/schema"));
    expect(schemas.length).toBeGreaterThan(50);
    for (const [root, schema] of schemas) {
      expect(schema, root).toBeTypeOf("object");
      expect(Object.keys(schema as object).length, `${root} says nothing`).toBeGreaterThan(0);
      const typed = [...walk(schema, root)].filter(
        ([where, node]) => where.endsWith("/type") && typeof node === "string",
      );
      for (const [where, type] of typed) expect(types, where).toContain(type);
    }
  });

  it("is the same each time", () => {
    expect(createOpenApiDocument("1.2.3")).toEqual(document);
  });
});

describe.each(named)("route %s", (name, route) => {
  const operation = operationOf(route);

  it("is named, summarised and answered", () => {
    expect(operation.operationId).toBe(name);
    expect(operation.summary).toBe(route.summary);
    expect(route.summary).not.toBe("");
    const media = { json: "application/json", stream: "text/event-stream", diff: "text/x-diff", text: "text/plain" }[
      route.media
    ];
    expect(Object.keys(operation.responses[route.status]?.content ?? {})).toContain(media);
  });

  it("declares its parameters and body", () => {
    const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
    expect(inPath.map((parameter) => `:${parameter.name}`)).toEqual(route.path.match(/:[A-Za-z]+/g) ?? []);
    expect(inPath.every((parameter) => parameter.required)).toBe(true);
    const inQuery = operation.parameters.filter((parameter) => parameter.in === "query");
    expect(inQuery.length > 0).toBe((route.query ?? route.plainText) !== undefined);
    expect(operation.requestBody !== undefined).toBe(route.body !== undefined);
    expect(route.method === "GET" && route.body !== undefined).toBe(false);
  });

  it("declares its errors, by codes of the closed list", () => {
    const codes = [...route.errors.map((code) => ErrorCode.parse(code)), "internal" as const];
    if (route.scope) codes.push("unauthorized", "forbidden");
    const statuses = new Set([String(route.status), ...codes.map((code) => String(errorMappings[code].httpStatus))]);
    expect(Object.keys(operation.responses).sort()).toEqual([...statuses].sort());
  });

  it("asks for a token when it has a scope", () => {
    expect(operation.security).toEqual(route.scope ? [{ token: [] }] : []);
    expect(route.scope === null).toBe(route.path === "/healthz");
  });
});

// OpenAPI 3.1 made from the routes. Pure: the same routes give the same document.
import { z } from "zod";
import { ErrorBody, type ErrorCode, errorMappings } from "./errors.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

const parameterPattern = /:([A-Za-z]+)/g;

function jsonSchema(schema: z.ZodType, io: "input" | "output"): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Record<string, unknown>;
  return rest;
}

function pathParameters(route: Route): unknown[] {
  return [...route.path.matchAll(parameterPattern)].map((match) => ({
    name: match[1],
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters({ query, plainText }: Route): unknown[] {
  const given = query ?? plainText;
  if (!given) return [];
  const schema = jsonSchema(given, "input") as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: "query",
    // What goes with plain text is absent from the query of a JSON body.
    required: (query && schema.required?.includes(name)) ?? false,
    schema: property,
  }));
}

function bodyContent({ body, plainText }: Route & { body: z.ZodType }): Record<string, unknown> {
  const json = { "application/json": { schema: jsonSchema(body, "input") } };
  return plainText ? { ...json, "text/plain": { schema: { type: "string" } } } : json;
}

function successContent(route: Route): Record<string, unknown> {
  const schema = jsonSchema(route.reply, "output");
  if (route.media === "stream") return { "text/event-stream": { schema } };
  if (route.media === "text") return { "text/plain": { schema } };
  if (route.media === "diff") return { "application/json": { schema }, "text/x-diff": { schema: { type: "string" } } };
  return { "application/json": { schema } };
}

function operation(name: string, route: Route): Record<string, unknown> {
  const errorCodes: ErrorCode[] = [...(route.errors as ErrorCode[]), "internal"];
  if (route.scope) errorCodes.push("unauthorized", "forbidden");
  const responses: Record<string, unknown> = {
    [route.status]: { description: route.summary, content: successContent(route) },
  };
  for (const code of errorCodes) {
    responses[errorMappings[code].httpStatus] = {
      description: code,
      content: { "application/json": { schema: { $ref: "#/components/schemas/ErrorBody" } } },
    };
  }
  return {
    operationId: name,
    summary: route.summary,
    description: route.description,
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(route.body
      ? {
          requestBody: { required: true, content: bodyContent({ ...route, body: route.body }) },
        }
      : {}),
    responses,
    ...(route.scope ? { security: [{ token: [] }], "x-scope": route.scope } : { security: [] }),
  };
}

/** The OpenAPI 3.1 document of the routes. `version`: Outpost's own. */
export function createOpenApiDocument(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const path = route.path.replaceAll(parameterPattern, "{$1}");
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operation(name, route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Outpost", version, description: "A coding agent you host yourself." },
    paths,
    components: {
      schemas: { ErrorBody: jsonSchema(ErrorBody, "output") },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

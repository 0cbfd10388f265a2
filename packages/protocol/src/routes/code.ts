// What is known of the code besides search: languages.
import { IndexedLanguages } from "../languages.ts";
import { defineRoutes } from "../route.ts";

export const codeRoutes = defineRoutes({
  listLanguages: {
    method: "GET",
    path: "/v1/languages",
    scope: "read",
    media: "json",
    status: 200,
    reply: IndexedLanguages,
    errors: ["unavailable"],
    summary: "The languages that are indexed, and how well",
    description:
      "Each with its level, and what reads it on this machine: tree-sitter as native code or WebAssembly, or lines. The grammars are loaded once to find out.",
  },
});

// The tools that a model can call.
export { createTools, findTool } from "./all-tools.ts";
export { parsePatch } from "./edits/parse-patch.ts";
export { placeHunks } from "./edits/place-hunks.ts";

// The tools that a model can call.
export { createTools, findTool } from "./all-tools.ts";

// The tools of a run as a few lines of text, where they are not sent as schemas. Pure.
import type { ToolSchema } from "@outpost/protocol";

/** `edit_file(path, old, new, [all]): …`; what is in brackets may be left out. */
export function describeTools(tools: readonly ToolSchema[]): string {
  return tools.map((tool) => `${tool.name}(${parametersOf(tool)}): ${tool.description}`).join("\n");
}

export function parameterNames({ parameters }: ToolSchema): string[] {
  const properties = parameters["properties"];
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

function parametersOf(tool: ToolSchema): string {
  const required = Array.isArray(tool.parameters["required"]) ? tool.parameters["required"] : [];
  return parameterNames(tool)
    .map((name) => (required.includes(name) ? name : `[${name}]`))
    .join(", ");
}

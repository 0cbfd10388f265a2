// Where what a tool gives back may come from: a command that reached hosts may have brought their text, whatever it says of it.
import type { Tool, ToolResult } from "@outpost/core";

const maxNamed = 3;

/** `hosts`: what the tool's commands could reach. */
export function withOrigin(result: ToolResult, { effect }: Pick<Tool, "effect">, hosts: readonly string[]): ToolResult {
  if (effect !== "command" || result.refused || result.untrusted || hosts.length === 0) return result;
  const more = hosts.length > maxNamed ? ` and ${hosts.length - maxNamed} more` : "";
  return { ...result, untrusted: `what a command may have brought from ${hosts.slice(0, maxNamed).join(", ")}${more}` };
}

// Which test framework a given command starts, by its words; the program's name when none is known.
import { frameworkOf } from "./plan-node.ts";

export function frameworkOfCommand(argv: readonly string[]): string {
  const line = argv.join(" ");
  const python = ["pytest", "unittest"].find((name) => new RegExp(`\\b${name}\\b`).test(line));
  if (python !== undefined) return python;
  if (/\bctest\b/.test(line)) return "ctest";
  return frameworkOf(line) ?? argv[0]?.split("/").at(-1) ?? "unknown";
}

import { expect, it } from "vitest";
import { createProgram } from "../program.ts";
import { findCommand } from "./find-command.ts";

it.each([
  ["", "outpost"],
  ["run", "outpost run"],
  ["--json run --wat", "outpost run"],
  ["--server run status", "outpost status"],
  ["queue add", "outpost queue add"],
  ["queue frobnicate", "outpost queue"],
  ["frobnicate run", "outpost"],
  ["search run", "outpost search"],
])("takes %j for %j", (line, command) => {
  const program = createProgram(new AbortController().signal, { writeErr: () => {} });
  expect(findCommand(program, line === "" ? [] : line.split(" "))).toBe(command);
});

// A result of a command: whole in a pipe, fitted to a terminal, a document for programs.
import { afterEach, expect, it, vi } from "vitest";
import { createContext } from "./context.ts";

const { isTTY, columns } = process.stdout;
afterEach(() => {
  Object.assign(process.stdout, { isTTY, columns });
  vi.restoreAllMocks();
});

const sentence = "queued again, from its last checkpoint. Follow it with: outpost watch tsk_01m8grdmreg70s7hsnxy6p";

it.each([
  ["is broken at words at a terminal", {}, 60, `${sentence.replace(": outpost", ":\noutpost")}\n`],
  ["is one line in a pipe", {}, undefined, `${sentence}\n`],
  ["is a document for programs", { json: true }, 60, '{"id":"tsk_1"}\n'],
])("a sentence %s", (_where, flags, room, expected) => {
  Object.assign(process.stdout, { isTTY: room !== undefined, columns: room });
  let written = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written += text;
    return true;
  });
  createContext(flags, new AbortController().signal).tell({ id: "tsk_1" }, () => sentence);
  expect(written).toBe(expected);
});

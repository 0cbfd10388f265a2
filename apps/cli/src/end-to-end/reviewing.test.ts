// A change walked through in a real terminal, with a model server on loopback: accepted, rejected with a reason that the model is told,
// edited, left for later. Runs where tmux is; elsewhere it is counted as not run.
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createTempRepository,
  type OllamaTestAnswer,
  type OllamaTestServer,
  startOllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleInto, installed, runCli } from "./run-cli.ts";
import { hasTerminal, openTerminal, type Terminal } from "./terminal.ts";

const pricing = `"""Prices of orders."""

BULK = 10


def is_bulk(quantity):
    return quantity > BULK


def total(quantity, price):
    return quantity * price


def discount(quantity):
    # the rate of a bulk order
    rate = 0.1
    return rate if is_bulk(quantity) else 0
`;
const unitTest = `import unittest
from pricing import is_bulk


class Pricing(unittest.TestCase):
    def test_ten_are_bulk(self):
        self.assertTrue(is_bulk(10))
`;
const reason = "sales agreed on 0.1, say so in the comment";

const call = (name: string, given: Record<string, unknown>) => ({ toolCalls: [{ name, arguments: given }] });
const edit = (path: string, old: string, next: string) => call("edit_file", { path, old, new: next });
/** By how many answers the prompt holds already. */
const answers = [
  edit("pricing.py", "quantity > BULK", "quantity >= BULK"),
  edit("pricing.py", "    rate = 0.1\n", "    rate = 0.15\n"),
  edit("README.txt", "More than ten", "Ten and more"),
  call("run_tests", {}),
  call("finish", { summary: "Ten are a bulk order now." }),
  edit("pricing.py", "# the rate of a bulk order", "# the rate of a bulk order, agreed with sales"),
  call("run_tests", {}),
  call("finish", { summary: "The rate stays." }),
] as const;
const roles = (body: Record<string, unknown>) => body["messages"] as { role: string; content: string }[];
const reply = ({ body }: { body: Record<string, unknown> }): OllamaTestAnswer =>
  answers[Math.min(roles(body).filter(({ role }) => role === "assistant").length, answers.length - 1)] ?? {};

const folder = realpathSync(mkdtempSync(join(tmpdir(), "outpost-reviewing-")));
// A server that is root works as an unprivileged user, who must find the way in.
chmodSync(folder, 0o711);
const env = { OUTPOST_DATA_DIRECTORY: join(folder, "data"), OUTPOST_PORT: "0", HOME: folder };
let ollama: OllamaTestServer;
let repository: TempRepository;
let terminal: Terminal;

beforeAll(async () => {
  if (!hasTerminal()) return;
  ollama = await startOllamaTestServer({
    models: [{ name: "coder:7b" }],
    replies: Array.from({ length: 60 }, () => reply),
  });
  repository = await createTempRepository({
    "pricing.py": pricing,
    "test_pricing.py": unitTest,
    "README.txt": "More than ten\n",
  });
  chmodSync(repository.path, 0o755);
  const started = await runCli(installed, {
    argv: ["index"],
    cwd: repository.path,
    env: { ...env, OUTPOST_OLLAMA_URL: ollama.url },
  });
  expect(started, started.err).toMatchObject({ exitCode: 0 });
  const editor = join(folder, "editor.sh");
  writeFileSync(editor, `#!/bin/sh\nsed -i 's/agreed with sales/agreed with sales in May/' "$1"\n`, { mode: 0o755 });
  const program = `#!/bin/sh\nexec "${process.execPath}" "${bundleInto(join(folder, "bin"))}" "$@"\n`;
  writeFileSync(join(folder, "bin/outpost"), program, { mode: 0o755 });
  const path = `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`;
  terminal = await openTerminal(repository.path, { ...env, PATH: path, EDITOR: editor });
});
afterAll(async () => {
  terminal?.close();
  if (repository) await runCli(installed, { argv: ["stop"], cwd: repository.path, env });
  await ollama?.close();
  await repository?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const read = (path: string) => readFileSync(join(repository.path, path), "utf8");
const question = /\[y,n,a,d,e,q,\?\]\? *$/;

describe.skipIf(!hasTerminal())("a change at the terminal [needs tmux]", () => {
  it("is decided hunk by hunk; the reason of a rejected one is in the model's next request", async () => {
    await terminal.type('outpost run --no-index "Make ten a bulk order"', /\[p\]art by part/);
    expect(await terminal.type("p", question)).toContain("README.txt");
    const second = await terminal.type("y", question);
    expect(second).toContain("+    return quantity >= BULK");
    expect(await terminal.type("?", question)).toContain("a  accept it and all that follows in this file");
    expect(await terminal.type("y", question)).toContain("(3/3)");
    await terminal.type("n", /why\?/);
    await terminal.type(reason, /\[s\]end back to the model/);
    const again = await terminal.type("s", question);
    expect(again).toContain("2 parts decided before");
    expect(again).toContain("agreed with sales");
    expect(read("pricing.py")).toBe(pricing);
    const told = ollama.chats.flatMap(({ body }) => roles(body)).find(({ content }) => content.includes(reason));
    expect(told?.role).toBe("user");
    expect(told?.content).toContain("-    rate = 0.1\n+    rate = 0.15");
  });

  it("marks the words that changed, and colours code", () => {
    const coloured = terminal.screen({ colours: true });
    expect(coloured).toMatch(/\x1b\[[\d;]*m\+ {4}return quantity >\x1b\[[\d;]*m=\x1b\[/);
    expect(coloured).toMatch(/\x1b\[35mreturn\x1b\[39m rate/);
  });

  it("waits when it is left, and is edited, tested again and applied when it is taken up", async () => {
    expect(await terminal.type("q", /to decide part by part[^$]*\$ *$/)).toContain("nothing was applied");
    await terminal.type("outpost review last", question);
    const settled = await terminal.type("e", /undo it with[^$]*\$ *$/);
    expect(settled).toContain("1 passed");
    expect(settled).toContain("applied what you accepted; the tests were run on exactly that");
    const expected = pricing
      .replace("quantity > BULK", "quantity >= BULK")
      .replace("a bulk order\n", "a bulk order, agreed with sales in May\n");
    expect(read("pricing.py")).toBe(expected);
    expect(read("README.txt")).toBe("Ten and more\n");
  });
});

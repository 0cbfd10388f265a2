// The bundle applies a change to a clone of its own, as on a laptop whose files the server does not see, and undoes it there.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTempRepository, type TempRepository } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleInto, installed, runCli } from "./run-cli.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "outpost-applying-")));
chmodSync(folder, 0o711);
const clone = join(folder, "clone");
const env = {
  OUTPOST_DATA_DIRECTORY: join(folder, "data"),
  OUTPOST_OLLAMA_URL: "http://127.0.0.1:9",
  OUTPOST_PORT: "0",
};
let repository: TempRepository;
let bundle: string;
const run = (argv: string[], cwd = repository.path, more: Record<string, string> = {}) =>
  runCli([process.execPath, bundle], { argv, cwd, env: { ...env, ...more } });
const read = (root = clone) => readFileSync(join(root, "list.txt"), "latin1");

const original = "\xef\xbb\xbfone\r\ntwo\r\nthree\r\ncaf\xc3\xa9\r\nlast";
beforeAll(async () => {
  repository = await createTempRepository({
    "list.txt": Buffer.from(original, "latin1").toString(),
    "other.txt": "two\n",
  });
  chmodSync(repository.path, 0o755);
  bundle = bundleInto(join(folder, "bin"));
  execFileSync("git", ["clone", "--quiet", repository.path, clone]);
  const started = await runCli(installed, { argv: ["index"], cwd: repository.path, env });
  expect(started, started.err).toMatchObject({ exitCode: 0 });
});
afterAll(async () => {
  await run(["stop"]);
  await repository.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function propose(more = ""): Promise<string> {
  const { out } = await run([
    "run",
    "--json",
    "--no-index",
    "--target",
    "client",
    `replace "two" with "TWO" in list.txt${more}`,
  ]);
  const { task } = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "{}");
  expect(task.state).toBe("proposed");
  return task.id;
}

describe("accept --target client", () => {
  const laptop = {
    OUTPOST_DATA_DIRECTORY: "",
    OUTPOST_SERVER: "",
    OUTPOST_TOKEN: "",
    XDG_DATA_HOME: join(folder, "home"),
  };
  const there = (argv: string[]) => {
    const lock = JSON.parse(readFileSync(join(env.OUTPOST_DATA_DIRECTORY, "server.lock"), "utf8"));
    const token = readFileSync(join(env.OUTPOST_DATA_DIRECTORY, "token"), "utf8").trim();
    const data = join(folder, "home");
    return run(argv, clone, {
      ...laptop,
      OUTPOST_SERVER: lock.url,
      OUTPOST_TOKEN: token,
      OUTPOST_DATA_DIRECTORY: data,
    });
  };

  it("writes the clone byte for byte, tells the server, and reverts there", async () => {
    const task = await propose();
    const accepted = await there(["accept", task]);
    expect(accepted, accepted.err).toMatchObject({ exitCode: 0 });
    expect(accepted.out).toContain(`applied here, in ${clone}`);
    expect(read()).toBe(original.replace("two", "TWO"));
    expect(read(repository.path)).toBe(original);
    const shown = await there(["show", task]);
    expect(shown.out).toContain("applied");
    const reverted = await there(["revert", task]);
    expect(reverted, reverted.err).toMatchObject({ exitCode: 0 });
    expect(read()).toBe(original);
  });

  it("writes what was accepted part by part, and nothing of what was rejected", async () => {
    const whole = await propose();
    const accepted = await there(["review", whole, "--accept", "list.txt"]);
    expect(accepted, accepted.err).toMatchObject({ exitCode: 0 });
    expect(accepted.out).toContain(`applied here, in ${clone}`);
    expect(read()).toBe(original.replace("two", "TWO"));
    expect((await there(["revert", whole])).exitCode).toBe(0);
    const both = await propose(' and replace "two" with "TWO" in other.txt');
    const part = await there(["review", both, "--accept", "list.txt", "--reject", "other.txt=no", "--then", "apply"]);
    expect(part, part.err).toMatchObject({ exitCode: 0 });
    expect(read()).toBe(original.replace("two", "TWO"));
    expect(readFileSync(join(clone, "other.txt"), "utf8")).toBe("two\n");
    expect((await there(["revert", both])).exitCode).toBe(0);
    expect(read()).toBe(original);
  });

  it("shows the lines that stand against each other, writes nothing, and leaves the task open", async () => {
    const task = await propose();
    writeFileSync(join(clone, "list.txt"), Buffer.from(original.replace("two", "mine"), "latin1"));
    const accepted = await there(["accept", task]);
    expect(accepted.exitCode).toBe(5);
    expect(accepted.err).toMatch(/list\.txt: changed since the task began in the same lines[\s\S]*< mine[\s\S]*> TWO/);
    expect(read()).toBe(original.replace("two", "mine"));
    writeFileSync(join(clone, "list.txt"), Buffer.from(original, "latin1"));
    expect((await there(["accept", task])).exitCode).toBe(0);
    writeFileSync(join(clone, "list.txt"), Buffer.from(read().replace("last", "last one"), "latin1"));
    expect((await there(["revert", task])).err).toContain(`outpost revert ${task} --three-way`);
    expect((await there(["revert", task, "--three-way"])).exitCode).toBe(0);
    expect(read()).toBe(original.replace("last", "last one"));
  });
});

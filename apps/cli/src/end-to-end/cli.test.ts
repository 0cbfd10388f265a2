// One real server, started by the CLI itself, and every command against it. The first calls run from source; the others run the
// bundle from an empty folder, which is what a laptop has.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTempRepository, type TempRepository } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Mistake, mistakes } from "./mistakes.ts";
import { bundleInto, type CliResult, collect, installed, runCli, spawnCli } from "./run-cli.ts";

const pricing = "BULK = 10\n\n\ndef is_bulk(quantity):\n    return quantity > BULK\n";
const test = `import unittest
from pricing import is_bulk


class Pricing(unittest.TestCase):
    def test_ten_are_bulk(self):
        self.assertTrue(is_bulk(10))
`;
const instruction = 'replace "quantity > BULK" with "quantity >= BULK" in pricing.py';

// What a program reads it parses itself; here only the parts of interest are named.
// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes, each checked by the expectation that reads it
type Loose = any;

const folder = realpathSync(mkdtempSync(join(tmpdir(), "outpost-cli-")));
// Commands run as another user when the server is root, and must find their way in.
chmodSync(folder, 0o711);
const data = join(folder, "data");
/** No Ollama of this machine takes part; the port is set to one that is taken. */
const env = { OUTPOST_DATA_DIRECTORY: data, OUTPOST_OLLAMA_URL: "http://127.0.0.1:9", OUTPOST_PORT: "" };
/** Stands for the server of another data directory. */
const neighbour = createServer();
let repository: TempRepository;
let bundle: string;
let server: { url: string; token: string };

/** Open to others, as a checkout is: a server that is root reads it as an unprivileged user. */
async function createRepository(files: Record<string, string>): Promise<TempRepository> {
  const created = await createTempRepository(files);
  chmodSync(created.path, 0o755);
  return created;
}

const inRepository = (argv: string[], more: Record<string, string> = {}): Promise<CliResult> =>
  runCli([process.execPath, bundle], { argv, cwd: repository.path, env: { ...env, ...more } });

/** The documents on standard output, which must hold nothing else; standard error must be empty. */
async function json(
  argv: string[],
  more: Record<string, string> = {},
): Promise<{ exitCode: number | null; documents: Loose[] }> {
  const { exitCode, out, err } = await inRepository(["--json", ...argv], more);
  expect(err).toBe("");
  return {
    exitCode,
    documents: out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  };
}

beforeAll(async () => {
  await new Promise<void>((resolve) => neighbour.listen(0, "127.0.0.1", resolve));
  env.OUTPOST_PORT = String((neighbour.address() as AddressInfo).port);
  repository = await createRepository({ "pricing.py": pricing, "test_pricing.py": test });
  bundle = bundleInto(join(folder, "empty"));
  const started = await runCli(installed, { argv: ["index", "--json"], cwd: repository.path, env });
  expect(started, started.out).toMatchObject({ exitCode: 0, err: "" });
  expect(JSON.parse(started.out)).toMatchObject({ state: "ready", files: 2 });
  const lock = JSON.parse(readFileSync(join(data, "server.lock"), "utf8"));
  expect(new URL(lock.url).port).not.toBe(env.OUTPOST_PORT);
  server = { url: lock.url, token: readFileSync(join(data, "token"), "utf8").trim() };
  expect(readFileSync(`/proc/${lock.pid}/environ`, "latin1")).toContain("MALLOC_TRIM_THRESHOLD_=131072\0");
});

afterAll(async () => {
  const stopped = await inRepository(["stop"]);
  expect(stopped).toEqual({ exitCode: 0, out: "stopped\n", err: "" });
  neighbour.close();
  await repository.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("looking", () => {
  it("search takes in a repository that nobody has indexed yet", async () => {
    const other = await createRepository({ "tariff.py": "def tariff_of(parcel):\n    return parcel.weight * 3\n" });
    try {
      const found = await runCli([process.execPath, bundle], { argv: ["search", "tariff"], cwd: other.path, env });
      expect(found.exitCode, found.err).toBe(0);
      expect(found.out).toMatch(/^tariff\.py:1-2 /m);
      expect(found.out).toMatch(/index ready: 1 file/);
      expect((await inRepository(["repo", "remove", other.path])).exitCode).toBe(0);
    } finally {
      await other.remove();
    }
  });

  it("search reads a stack trace from standard input, and takes paths from where one stands", async () => {
    const command = [process.execPath, bundle];
    const input = 'Traceback:\n  File "/srv/site-packages/app/pricing.py", line 5, in `is_bulk`\n';
    const found = await runCli(command, { argv: ["search", "-", "--why"], cwd: repository.path, env, input });
    expect(found).toMatchObject({ exitCode: 0, err: "" });
    expect(found.out).toMatch(/^pricing\.py:1-5 /);
    expect(found.out).toContain("srv/site-packages/app/pricing.py:5");
    for (const path of ["./pricing.py", join(repository.path, "pricing.py"), "."])
      expect((await inRepository(["search", "bulk", "--path", path])).out).toMatch(/^pricing\.py:1-5 /m);
  });

  it("search shows hits and why; ask cites; neither changes anything", async () => {
    const [search, ask, status, doctor] = await Promise.all([
      inRepository(["search", "bulk", "quantity", "--why", "-n", "2"]),
      inRepository(["ask", "where is decided what is bulk?"]),
      inRepository(["status"]),
      inRepository(["doctor"]),
    ]);
    expect(search).toMatchObject({ exitCode: 0, err: "" });
    expect(search.out).toMatch(/^pricing\.py:1-5 \w+ score \d/m);
    expect(search.out).toMatch(/\+ \d\.\d\d {2}lexical {5}bulk quantity/);
    expect(search.out).toMatch(/hits? in \d+\.\d ms; index ready: 2 files/);
    expect(ask).toMatchObject({ exitCode: 0 });
    expect(ask.out).toContain("pricing.py:1-5");
    expect(ask.err).toContain("works with the built-in rules");
    expect(status.out).toContain("repositories  1 repository");
    expect(doctor).toMatchObject({ exitCode: 0 });
    expect(doctor.out).toMatch(/all \d+ checks passed/);
  });

  it("help lists every command, and a reader may leave early", async () => {
    const help = await inRepository([]);
    expect(help).toMatchObject({ exitCode: 0, err: "" });
    for (const name of [
      "run",
      "ask",
      "watch",
      "diff",
      "accept",
      "revert",
      "index",
      "search",
      "repo",
      "serve",
      "doctor",
    ])
      expect(help.out).toMatch(new RegExp(`^  ${name} `, "m"));
    const child = spawnCli([process.execPath, bundle], {
      argv: ["--json", "search", "bulk"],
      cwd: repository.path,
      env,
    });
    child.stdout?.destroy();
    expect((await collect(child)).exitCode).toBe(0);
  });
});

describe("a change", () => {
  it("is proposed, shown, refused where a file is in the way, accepted and reverted", async () => {
    const run = await runCli(installed, { argv: ["run", instruction], cwd: repository.path, env });
    expect(run.exitCode).toBe(0);
    expect(run.out).toMatch(/- {4}return quantity > BULK\n\+ {4}return quantity >= BULK/);
    expect(run.out).toMatch(
      /tests before the change:\n {2}✗ unittest .*1 failed.*\ntests after the change:\n {2}✓ unittest {2}1 passed/,
    );
    expect(run.err).toContain("nothing was applied");
    const id = /tsk_\w{22}/.exec(run.err)?.[0] ?? "";
    expect(readFileSync(join(repository.path, "pricing.py"), "utf8")).toBe(pricing);

    const [patch, shown, tasks, watched] = await Promise.all([
      inRepository(["diff", id, "--patch"]),
      inRepository(["show", "last"]),
      json(["tasks", "--state", "proposed"]),
      json(["watch", id]),
    ]);
    expect(patch.out).toMatch(/^diff --git a\/pricing.py b\/pricing.py\n[\s\S]*\n$/);
    expect(shown.out).toContain(`${id}  proposed`);
    expect(tasks.documents[0]).toEqual([expect.objectContaining({ id, state: "proposed" })]);
    expect(watched.documents.map((line) => line.seq ?? "end")).toEqual(
      [...watched.documents.slice(1).keys()].map((n) => n + 1).concat("end" as never),
    );
    expect(watched.documents.at(-1).task).toMatchObject({ id, state: "proposed" });

    writeFileSync(join(repository.path, "pricing.py"), pricing.replace("quantity > BULK", "quantity > BULK * 2"));
    const refused = await inRepository(["accept", id]);
    expect(refused).toMatchObject({ exitCode: 5, out: "" });
    expect(refused.err).toContain("pricing.py: ");
    const other = await inRepository(["run", "run the tests", "--no-index", "--detach"]);
    expect(other.err).toContain("without your 1 uncommitted file; --dirty takes it in");
    expect(await inRepository(["cancel", other.out.split("\n")[0] ?? ""])).toMatchObject({ exitCode: 0 });
    writeFileSync(join(repository.path, "pricing.py"), pricing);

    const accepted = await inRepository(["accept", id]);
    expect(accepted).toMatchObject({ exitCode: 0, out: "applied: 1 file written to the checkout\n  pricing.py\n" });
    expect(readFileSync(join(repository.path, "pricing.py"), "utf8")).toContain("quantity >= BULK");
    expect(await inRepository(["accept", id])).toMatchObject({ exitCode: 5, out: "" });
    expect(await inRepository(["revert", id])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(repository.path, "pricing.py"), "utf8")).toBe(pricing);
  });

  it("with --json is its events and then the result; --yes accepts", async () => {
    const { exitCode, documents } = await json(["run", instruction, "--yes"]);
    expect(exitCode).toBe(0);
    expect(documents[0].event.type).toBe("task.created");
    expect(documents.at(-1)).toMatchObject({
      task: { state: "applied" },
      change: { revision: 1, files: [{ path: "pricing.py" }] },
      decision: { files: [{ path: "pricing.py" }] },
    });
    expect((await json(["revert", documents.at(-1).task.id])).documents[0].task.state).toBe("reverted");
  });

  it("that needs an answer waits for one, and goes on with it", async () => {
    const asked = await inRepository(["run", 'replace "is_bulk" with "is_large"']);
    expect(asked.exitCode).toBe(1);
    expect(asked.err).toMatch(/question: .*\n {2}1 {2}pricing.py/);
    expect(asked.err).toContain("the task waits for you: outpost approve tsk_");
    expect(await inRepository(["answer", "last", "pricing.py"])).toMatchObject({ exitCode: 0 });
    expect((await json(["watch", "last"])).documents.at(-1).task.state).toBe("proposed");
    expect(await inRepository(["say", "last", "run", "the", "tests"])).toMatchObject({ exitCode: 0 });
    expect(await inRepository(["watch", "last"])).toMatchObject({ exitCode: 0 });
    expect(await inRepository(["answer", "last", "x"])).toMatchObject({ exitCode: 5 });
  });

  it("is cancelled by Ctrl-C", async () => {
    const slow =
      "import time\nimport unittest\n\n\nclass Slow(unittest.TestCase):\n    def test_slow(self):\n        time.sleep(60)\n";
    const other = await createRepository({ "test_slow.py": slow });
    const child = spawnCli([process.execPath, bundle], { argv: ["run", "run the tests"], cwd: other.path, env });
    child.stderr?.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("run tests")) child.kill("SIGINT");
    });
    const { exitCode, err } = await collect(child);
    expect(exitCode).toBe(130);
    const id = /cancelled (tsk_\w{22})/.exec(err)?.[1] ?? "";
    expect((await json(["watch", id])).documents.at(-1).task.state).toBe("cancelled");
    expect((await inRepository(["repo", "remove", other.path])).exitCode).toBe(0);
    await other.remove();
  });
});

describe("repositories and tokens", () => {
  it("are added, listed, given an environment, and forgotten", async () => {
    const plain = join(folder, "plain folder");
    const other = await createRepository({ "sub/a.py": "a = 1\n" });
    expect((await json(["repo", "add", join(other.path, "sub"), "--name", "other"])).documents[0]).toMatchObject({
      name: "other",
      source: { path: other.path },
    });
    const environment = JSON.stringify({ variables: { MODE: "test" } });
    writeFileSync(plain, environment);
    expect((await json(["repo", "environment", "other", "--set", plain])).documents[0].variables).toEqual({
      MODE: "test",
    });
    expect((await inRepository(["repo", "list"])).out).toMatch(/rep_\w+ {2}other .*main at/);
    expect((await inRepository(["index", "other", "--status"])).out).toContain("no index yet");
    expect(await inRepository(["repo", "remove", "other"])).toMatchObject({ exitCode: 0 });
    expect((await inRepository(["index", "--repo"])).exitCode).toBe(2);
    await other.remove();
  });

  it("a token opens the server to a CLI elsewhere, within its scopes, until it is revoked", async () => {
    const made = await inRepository(["token", "create", "phone", "--scope", "read"]);
    const remote = { OUTPOST_TOKEN: made.out.trim(), OUTPOST_DATA_DIRECTORY: join(folder, "nothing") };
    const elsewhere = (argv: string[]) =>
      runCli([process.execPath, bundle], {
        argv: ["--server", server.url, ...argv],
        cwd: join(folder, "empty"),
        env: remote,
      });
    const [search, denied] = await Promise.all([elsewhere(["search", "bulk"]), elsewhere(["run", "run the tests"])]);
    expect(search).toMatchObject({ exitCode: 0 });
    expect(search.out).toContain("pricing.py:1-5");
    expect(denied).toMatchObject({ exitCode: 3 });
    expect(denied.err).toContain('needs "submit"');
    expect((await inRepository(["token", "list"])).out).toMatch(/phone {2}read/);
    expect(await inRepository(["token", "revoke", "phone"])).toMatchObject({ exitCode: 0 });
    expect(await elsewhere(["status"])).toMatchObject({ exitCode: 3 });
  });

  it("the bundle is one file of a size that is quick to fetch", () => {
    expect(statSync(bundle).size).toBeLessThan(1_000_000);
  });
});

describe("mistakes", () => {
  it("each say what is wrong and the way out, with their exit code, for people and for programs", async () => {
    const problems: string[] = [];
    const check = async ([what, argv, more, exitCode, says]: Mistake, isJson: boolean): Promise<void> => {
      const result = await inRepository(isJson ? ["--json", ...argv] : argv, more);
      const said = isJson ? JSON.parse(result.out || "{}").error?.message : result.err;
      const other = isJson ? result.err : result.out;
      if (result.exitCode !== exitCode) problems.push(`${what}: exit code ${result.exitCode}, not ${exitCode}`);
      if (other !== "" || !says.test(said)) problems.push(`${what}: says ${result.out}${result.err}`);
    };
    const calls = mistakes.flatMap((row, index) => [
      () => check(row, true),
      ...(index % 2 === 0 ? [() => check(row, false)] : []),
    ]);
    while (calls.length > 0) await Promise.all(calls.splice(0, 4).map((call) => call()));
    expect(problems).toEqual([]);
  });

  it("a folder outside of any repository is not taken in by the way", async () => {
    const call = { cwd: join(folder, "empty"), env };
    const refused = await runCli([process.execPath, bundle], { ...call, argv: ["run", "run the tests"] });
    expect(refused).toMatchObject({ exitCode: 4, out: "" });
    expect(refused.err).toContain("outpost repo add .");
  });

  it("a data directory that cannot be used is named, with the way out", async () => {
    const start = (directory: string) =>
      runCli(installed, {
        argv: ["search", "x"],
        cwd: repository.path,
        env: { ...env, OUTPOST_DATA_DIRECTORY: directory },
      });
    writeFileSync(join(folder, "file"), "");
    const file = await start(join(folder, "file"));
    expect(file).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining("is no directory (EEXIST); choose another"),
    });
    mkdirSync(join(folder, "closed/server.log"), { recursive: true });
    const closed = await start(join(folder, "closed"));
    expect(closed).toMatchObject({ exitCode: 2, err: expect.stringContaining("the system refuses it (EISDIR)") });
  });

  it("a second server of the same data directory is refused", async () => {
    const serve = await runCli(installed, { argv: ["serve", "--json"], cwd: folder, env });
    expect(serve).toMatchObject({ exitCode: 5 });
    expect(JSON.parse(serve.out).error.code).toBe("conflict");
  });
});

// A person moves the index to a Qdrant server and back, by the command line alone: on the server that QDRANT_URL names (with QDRANT_API_KEY
// where it wants one, and QDRANT_READ_ONLY_API_KEY where it has one), else on the strict test server, which runs as a process of its own.
// Nothing here reads the server but by its API.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createTempRepository, type TempRepository, threeSubjects } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { installed, runCli } from "./run-cli.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const ownKey = "key-of-the-test-server";
const ownReadOnlyKey = "read-only-key-of-the-test-server";
const url = process.env["QDRANT_URL"] || undefined;
const key = url === undefined ? ownKey : process.env["QDRANT_API_KEY"] || undefined;
const readOnlyKey = url === undefined ? ownReadOnlyKey : process.env["QDRANT_READ_ONLY_API_KEY"] || undefined;
const place = { url: url === undefined ? "" : withPort(url), key };
let child: ChildProcess | undefined;

const folder = realpathSync(mkdtempSync(join(tmpdir(), "outpost-qdrant-")));
chmodSync(folder, 0o711);
/** Tells this run's collections from those of others, and when they may be taken for forgotten. */
const prefix = `outpost-test-${Date.now()}-${process.pid}`;
const forgottenMs = 3_600_000;
let repository: TempRepository;

/** As the client takes it: without a port it is 6333. */
function withPort(address: string): string {
  const bare = address.replace(/\/+$/, "");
  return /:\d+$/.test(bare) ? bare : `${bare}:6333`;
}

async function startOwn(): Promise<void> {
  const program = fileURLToPath(new URL("../../../../packages/testkit/src/qdrant/main.ts", import.meta.url));
  const argv = [
    "--import",
    import.meta.resolve("tsx"),
    program,
    "--api-key",
    ownKey,
    "--read-only-key",
    ownReadOnlyKey,
  ];
  child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  if (child.stdout === null) throw new Error("the test server has no output");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  place.url = line;
}

/** A request as curl would send it; the result, or null where there is none. */
async function ask(method: string, path: string): Promise<unknown> {
  const headers: Record<string, string> = place.key === undefined ? {} : { "api-key": place.key };
  const response = await fetch(place.url + path, { method, headers });
  const { result } = (await response.json()) as { result?: unknown };
  return response.ok ? result : null;
}

async function collections(): Promise<string[]> {
  const { collections } = (await ask("GET", "/collections")) as { collections: { name: string }[] };
  return collections.map(({ name }) => name);
}

async function own(): Promise<string[]> {
  return (await collections()).filter((name) => name.startsWith(`${prefix}-`));
}

function outpost(argv: string[], more: Record<string, string> = {}) {
  const env = {
    ...{ OUTPOST_DATA_DIRECTORY: join(folder, "data"), OUTPOST_OLLAMA_URL: "http://127.0.0.1:9", OUTPOST_PORT: "0" },
    ...{ OUTPOST_QDRANT_URL: place.url, OUTPOST_QDRANT_COLLECTION: prefix, ...keyOf(place.key), ...more },
  };
  return runCli(installed, { argv, cwd: repository.path, env });
}

function keyOf(given: string | undefined): Record<string, string> {
  if (given === undefined) return {};
  const path = join(folder, "key");
  writeFileSync(path, `${given}\n`, { mode: 0o600 });
  return { OUTPOST_QDRANT_API_KEY_FILE: path };
}

/** What it said, once it went well. */
async function said(argv: string[], more: Record<string, string> = {}): Promise<string> {
  const { exitCode, out, err } = await outpost(argv, more);
  expect(exitCode, `${argv.join(" ")}: ${out}${err}`).toBe(0);
  return out;
}

/** What doctor says of the server; what else it finds is this machine's. */
async function doctor(more: Record<string, string> = {}): Promise<unknown> {
  const { out, err } = await outpost(["doctor", "--json"], more);
  const { checks } = JSON.parse(out || err) as { checks: { name: string }[] };
  return checks.find(({ name }) => name === "qdrant");
}

const inQdrant = { OUTPOST_VECTORS: "qdrant" };
const query = ["search", "password of a user login", "--why"];

beforeAll(async () => {
  if (url === undefined) await startOwn();
  for (const name of await collections()) {
    const made = /^outpost-test-(\d{13})-/.exec(name)?.[1];
    if (made !== undefined && Number(made) < Date.now() - forgottenMs) await ask("DELETE", `/collections/${name}`);
  }
  repository = await createTempRepository(threeSubjects);
  chmodSync(repository.path, 0o755);
});

afterAll(async () => {
  await outpost(["stop"]);
  for (const name of await own()) await ask("DELETE", `/collections/${name}`);
  await repository.remove();
  rmSync(folder, { recursive: true, force: true });
  if (child === undefined) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  expect((await ended)[0], "what was asked of the strict test server was valid").toBe(0);
});

describe(`a qdrant server (${url ?? "the strict test server"}) by the command line`, () => {
  it("is filled, searched, found wanting, filled again, copied, and left without a trace", async () => {
    expect(await said(["index"])).toMatch(/3 files/);
    const unused = "holds nothing of this index; searches do not use it";
    expect(await doctor()).toMatchObject({ ok: true, detail: expect.stringContaining(unused) });
    expect(await own()).toEqual([]);

    expect(await said(["index", "migrate", "--to", "qdrant"])).toMatch(
      /^qdrant holds 3 chunks; nothing was embedded again/,
    );
    expect(await said(["index", "migrate", "--to", "qdrant"])).toMatch(/^qdrant holds 3 chunks/);
    const [collection = ""] = await own();
    expect(collection).toMatch(/-g\d+$/);
    const byMemory = await said(query);
    await said(["stop"]);

    expect(await said(query, inQdrant)).toContain(/^\S+/.exec(byMemory)?.[0]);
    expect(await said(query, inQdrant)).toMatch(/^src\/accounts\.py:.*\n[\s\S]*vector/m);
    const whole = (chunks: number) => expect.stringContaining(`→ ${collection}; ${collection} has ${chunks} chunks`);
    expect(await doctor(inQdrant)).toMatchObject({ ok: true, detail: whole(3) });
    expect(await said(["index", "vectors"], inQdrant)).toContain(`→ ${collection}: 3 chunks`);

    writeFileSync(
      join(repository.path, "lib/mail.py"),
      "def send(letter):\n    # deliver a message by post\n    return post(letter)\n",
    );
    expect(await said(["index"], inQdrant)).toMatch(/4 files/);
    expect(await said(["search", "deliver mail to a recipient", "--why"], inQdrant)).toMatch(/^lib\/mail\.py:/m);
    expect(await ask("GET", `/collections/${collection}`)).toMatchObject({
      status: expect.stringMatching(/green|yellow|grey/),
    });

    await ask("DELETE", `/collections/${collection}`);
    const fix = "outpost index migrate --to qdrant fills it again";
    expect(await doctor(inQdrant)).toMatchObject({ ok: false, fix });
    expect(await said(["index", "migrate", "--to", "qdrant"], inQdrant)).toContain(`→ ${collection}: 4 chunks`);
    expect(await doctor(inQdrant)).toMatchObject({ ok: true, detail: whole(4) });

    await ask("DELETE", `/collections/${collection}`);
    expect(await said(query, inQdrant)).toMatch(/searched by words only: .*has no collection .*\(404: Not found/);
    // A search that misses it has it filled again.
    await expect.poll(() => doctor(inQdrant), { timeout: 60_000 }).toMatchObject({ ok: true, detail: whole(4) });

    const name = /^snapshot (\S+\.snapshot) of /.exec(await said(["index", "snapshot"], inQdrant))?.[1];
    const snapshots = `/collections/${collection}/snapshots`;
    expect(await ask("GET", snapshots)).toMatchObject([{ name, size: expect.any(Number) }]);
    expect(await ask("DELETE", `${snapshots}/${name}`)).toBe(true);
    await said(["stop"]);

    expect(await said(["index", "migrate", "--to", "embedded", "--remove"])).toMatch(
      /searches by meaning use the server's own memory/,
    );
    expect(await own()).toEqual([]);
    await said(["stop"]);
  });

  it.skipIf(key === undefined)("says that its key is wrong, and searches by words [needs QDRANT_API_KEY]", async () => {
    const wrong = join(folder, "wrong");
    writeFileSync(wrong, "not-the-key\n", { mode: 0o600 });
    const settings = { ...inQdrant, OUTPOST_QDRANT_API_KEY_FILE: wrong };
    expect(await said(["index"], settings)).toMatch(/files/);
    const detail = expect.stringMatching(/refused the API key \(401\)$/);
    expect(await doctor(settings)).toMatchObject({ ok: false, detail, fix: "set qdrantApiKeyFile" });
    expect(await said(query, settings)).toMatch(/searched by words only: .*refused the API key/);
    expect(await own()).toEqual([]);
    await said(["stop"]);
  });

  it.skipIf(readOnlyKey === undefined)(
    "says that its key is for reading only [needs QDRANT_READ_ONLY_API_KEY]",
    async () => {
      const path = join(folder, "read-only");
      writeFileSync(path, `${readOnlyKey}\n`, { mode: 0o600 });
      const settings = { ...inQdrant, OUTPOST_QDRANT_API_KEY_FILE: path };
      expect(await said(["index"], settings)).toMatch(/files/);
      const { exitCode, err } = await outpost(["index", "migrate", "--to", "qdrant"], settings);
      expect(exitCode).not.toBe(0);
      expect(err).toMatch(/does not let this API key do that .*\(403: Forbidden: Global manage access is required\)/);
      expect(err).toContain("set qdrantApiKeyFile to a key that may write");
      expect(await own()).toEqual([]);
      await said(["stop"]);
    },
  );
});

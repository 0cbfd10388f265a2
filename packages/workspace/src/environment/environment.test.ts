import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenWorktree, Worktree } from "@outpost/core";
import { Environment } from "@outpost/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkplace, importForRun, makeRepository, type Workplace, writeTree } from "../fixture/workplace.ts";
import { withLock } from "./exclusive.ts";

let place: Workplace;
let root: string;
let request: OpenWorktree;
let worktree: Worktree;
const signal = new AbortController().signal;

beforeEach(async () => {
  place = createWorkplace();
  root = join(place.directory, "source");
  makeRepository(root, {
    "lock.txt": "1.0\n",
    "setup.sh": "mkdir -p deps; cp lock.txt deps/; pwd > deps/where; echo run >> /dev/null\n",
  });
  request = await importForRun(place, root);
  worktree = await place.host.openWorktree(request);
});
afterEach(() => place.remove());

const withSetup = (argv: string[], rest = {}) =>
  Environment.parse({ setup: { argv, lockfiles: ["lock.txt"], outputs: ["deps"], ...rest } });
const prepare = (environment: Environment, given = worktree) =>
  place.host.prepareEnvironment(request.repository, environment, given, signal);
const commands = () => place.runner.specs.filter((spec) => spec.profile === "command");

describe("prepareEnvironment", () => {
  it("runs the command once per content of the lockfiles, for however many callers", async () => {
    const environment = withSetup(["sh", "setup.sh"]);
    const results = await Promise.all([prepare(environment), prepare(environment), prepare(environment)]);
    expect(commands()).toHaveLength(1);
    const source = results[0]?.directories[0]?.source ?? "";
    expect(results[2]).toEqual({ directories: [{ source, name: "deps" }] });
    expect(source.startsWith(join(place.dataDirectory, "environments", request.repository.id))).toBe(true);
    expect(readFileSync(join(source, "lock.txt"), "utf8")).toBe("1.0\n");
    expect(readdirSync(join(worktree.root, "deps"))).toEqual([]);
    expect(await worktree.isChanged()).toBe(false);
    writeTree(worktree.root, { "lock.txt": "2.0\n", "setup.sh": "mkdir deps; echo planted > deps/planted\n" });
    const next = (await prepare(environment)).directories[0]?.source ?? "";
    expect(next).not.toBe(source);
    expect(readFileSync(join(next, "lock.txt"), "utf8")).toBe("2.0\n");
    // Only the lockfiles of a run count: what else it wrote must not reach the runs after it.
    expect(existsSync(join(next, "planted"))).toBe(false);
    expect(commands()).toHaveLength(2);
    expect(
      readdirSync(join(source, "../..")).filter((name) => name.includes("scratch") || name.includes("lock")),
    ).toEqual([]);
  });

  it("runs it in the sandbox's command profile, at the worktree's place, without network", async () => {
    const environment = {
      ...withSetup(["sh", "setup.sh"]),
      variables: { MODE: "x" },
      toolchainPaths: [join(root, "tools")],
    };
    mkdirSync(join(root, "tools/bin"), { recursive: true });
    await prepare(environment);
    expect(commands()[0]).toMatchObject({
      cwd: "/work",
      profile: "command",
      network: false,
      env: { MODE: "x" },
      pathPrefix: [join(root, "tools/bin")],
      mounts: [
        { target: "/work", writable: true },
        { source: join(root, "tools"), target: join(root, "tools"), writable: false },
      ],
    });
  });

  it("fails with the command's output, keeps nothing, and tries again", async () => {
    const failing = withSetup(["sh", "-c", "echo broken wheel >&2; exit 3"]);
    const rejection = { code: "unavailable", message: /exit code 3.*broken wheel/s };
    await expect(prepare(failing)).rejects.toMatchObject(rejection);
    await expect(prepare(failing)).rejects.toMatchObject(rejection);
    expect(commands()).toHaveLength(2);
    await expect(prepare(withSetup(["true"]))).rejects.toMatchObject({
      code: "unavailable",
      message: /made no directory "deps"/,
    });
    expect(readdirSync(join(place.dataDirectory, "environments", request.repository.id))).toEqual([]);
  });

  it("gives shared directories of the source, real ones right below its root only", async () => {
    mkdirSync(join(root, "node_modules"));
    symlinkSync("/etc", join(root, "linked"));
    const shared = (name: string) => prepare(Environment.parse({ sharedDirectories: [name] }));
    expect(await shared("node_modules")).toEqual({
      directories: [{ source: join(root, "node_modules"), name: "node_modules" }],
    });
    expect(existsSync(join(worktree.root, "node_modules"))).toBe(true);
    rmSync(join(worktree.root, "node_modules"), { recursive: true });
    symlinkSync("/etc", join(worktree.root, "node_modules"));
    await expect(shared("node_modules")).rejects.toMatchObject({ code: "conflict" });
    for (const name of ["linked", "missing", "..", ".git", "lock.txt"]) {
      await expect(shared(name), name).rejects.toMatchObject({ code: "invalid_input" });
    }
  });
});

describe("the lock", () => {
  it("is taken over from a process that is gone, waits for one that is not, and stops for a signal", async () => {
    const path = join(place.directory, "some.lock");
    writeFileSync(path, "4194300");
    expect(await withLock(path, signal, async () => "mine")).toBe("mine");
    writeFileSync(path, "1");
    await expect(withLock(path, AbortSignal.timeout(150), async () => "mine")).rejects.toThrow(/abort/i);
    expect(readFileSync(path, "utf8")).toBe("1");
  });
});

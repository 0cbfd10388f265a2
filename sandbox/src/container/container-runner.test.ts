// Commands in containers: through a stand-in for the engine that makes its containers with bubblewrap, and, where OUTPOST_CONTAINER_ENGINE
// and OUTPOST_CONTAINER_IMAGE name a real one, through that.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessSpec } from "@outpost/core";
import { describeProcessRunnerContract } from "@outpost/testkit/contracts";
import { afterAll, describe, expect, it } from "vitest";
import { defaultProcessLimits } from "../limits.ts";
import { prepareWritableDirectory } from "../ownership.ts";
import { createProcessRunner } from "../process-runner.ts";
import { commandSpec } from "../testing-spec.ts";
import { createStandInEngine, standInImage } from "./stand-in-engine.fixture.ts";

const bubblewrapPath = "/nonexistent/bwrap";
const dataDirectory = mkdtempSync(join(tmpdir(), "outpost-container-"));
const standIn = createStandInEngine();
const runner = await createProcessRunner({ dataDirectory, bubblewrapPath, container: standIn });
const isReady = runner.availability().ready;
afterAll(() => {
  standIn.remove();
  rmSync(dataDirectory, { recursive: true });
});

const worktree = join(dataDirectory, "worktree");
mkdirSync(worktree);

const spec = (argv: string[], change: Partial<ProcessSpec> = {}) => commandSpec(worktree, argv, change);

const bubblewrap = (await createProcessRunner({ dataDirectory })).availability().ready;

describe.skipIf(!bubblewrap)("with a stand-in for the engine [needs bubblewrap]", () => {
  describeProcessRunnerContract("containers", async () => ({ runner, profile: "command", prepareWritableDirectory }));

  it("was tried before it was trusted, and says why it is used", async () => {
    const status = await runner.selfTest();
    expect(status.checks.filter((check) => !check.ok)).toEqual([]);
    expect(status).toMatchObject({ kind: "container", name: `docker (${standInImage})`, ready: true });
    expect(status.checks[0]?.detail).toContain("bubblewrap is not installed");
    expect(status.checks.map(({ name }) => name)).toContain("container.network");
    expect(isReady).toBe(true);
  });

  it("asks for every part of the profile", async () => {
    await runner.run(spec(["sh", "-c", "true"], { env: { GREETING: "good, morning" } }));
    const call = standIn.calls().findLast(([command]) => command === "run") ?? [];
    const line = call.join(" ");
    for (const part of [
      ...["--rm", "--pull never", "--network none", "--read-only", "--cap-drop ALL"],
      ...["--security-opt no-new-privileges", "--log-driver none", "--ipc private", "--init"],
      `--pids-limit ${defaultProcessLimits.processes}`,
      `--memory ${defaultProcessLimits.memoryBytes} --memory-swap ${defaultProcessLimits.memoryBytes}`,
      `--ulimit fsize=${defaultProcessLimits.fileBytes}`,
      `--mount type=bind,source=${worktree},target=/work`,
      "--env GREETING=good, morning",
      `--workdir /work --entrypoint sh ${standInImage} -c true`,
    ])
      expect(line).toContain(part);
    expect(call[call.indexOf("--user") + 1]).not.toMatch(/^0:/);
  });

  it("writes as an ordinary user", async () => {
    await runner.run(spec(["touch", "made"]));
    expect(statSync(join(worktree, "made")).uid).not.toBe(0);
  });

  it("says what is not there", async () => {
    await expect(runner.run(spec(["no-such-program"]))).rejects.toMatchObject({ code: "not_found" });
    await expect(runner.run(spec(["true"], { cwd: "/work/nowhere" }))).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("removes what a process that was killed left behind, and nothing else", async () => {
    const start = () => spawn("sleep", ["600"], { stdio: "ignore" });
    const [left, own, foreign] = [start(), start(), start()];
    const dead = 4_194_300;
    standIn.pretend(`outpost-${dead}-0123456789abcdef`, left.pid ?? 0);
    standIn.pretend(`outpost-${process.pid}-0123456789abcdef`, own.pid ?? 0);
    standIn.pretend(`outpost-${dead}-database`, foreign.pid ?? 0);
    const ended = once(left, "exit");
    await createProcessRunner({ dataDirectory, bubblewrapPath, container: standIn });
    expect((await ended)[1]).toBe("SIGKILL");
    expect([own.signalCode, own.exitCode, foreign.signalCode, foreign.exitCode]).toEqual([null, null, null, null]);
    for (const child of [own, foreign]) child.kill("SIGKILL");
    const label = standIn
      .calls()
      .find(([command]) => command === "run")
      ?.find((word) => word.startsWith("outpost.server="));
    expect(standIn.calls().findLast(([command]) => command === "ps")).toContain(`label=${label}`);
  });

  it("reports a signal as one", async () => {
    expect(await runner.run(spec(["sh", "-c", "kill -9 $$"]))).toMatchObject({ signal: "SIGKILL", exitCode: null });
  });
});

describe("a podman", () => {
  const ownFilter = join(dataDirectory, "seccomp.json");
  const podman = createStandInEngine({ name: "podman", ownFilter });
  afterAll(() => podman.remove());
  const create = () => createProcessRunner({ dataDirectory, bubblewrapPath, container: podman });

  it.skipIf(!bubblewrap)(
    "gets its own filter without namespaces, and no writable directory besides [needs bubblewrap]",
    async () => {
      writeFileSync(ownFilter, JSON.stringify({ defaultAction: "SCMP_ACT_ERRNO", syscalls: [] }));
      const runner = await create();
      expect((await runner.selfTest()).checks.filter((check) => !check.ok)).toEqual([]);
      await runner.run(spec(["true"]));
      const call = podman.calls().findLast(([command]) => command === "run") ?? [];
      expect(call).toContain("--read-only-tmpfs=false");
      const path = call.find((word) => word.startsWith("seccomp="))?.slice("seccomp=".length) ?? "";
      expect(
        JSON.parse(readFileSync(path, "utf8")).syscalls.flatMap(({ names }: { names: string[] }) => names),
      ).toContain("unshare");
    },
  );

  it.each([
    ["is not there", undefined, /ENOENT/],
    ["is no JSON", "<filter>", /JSON/],
    [
      "allows what it does not name",
      JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [] }),
      /its default is/,
    ],
  ])("is refused when its filter %s", async (_, text, says) => {
    if (text === undefined) rmSync(ownFilter, { force: true });
    else writeFileSync(ownFilter, text);
    const runner = await create();
    expect(runner.availability()).toMatchObject({ ready: false, reason: expect.stringMatching(says) });
    expect((await runner.selfTest()).checks.at(-1)).toMatchObject({ name: "container.filter", ok: false });
  });
});

describe("an engine that does not work", () => {
  const refusal = async (container: { enginePath: string; image: string }) => {
    const other = await createProcessRunner({ dataDirectory, bubblewrapPath, container });
    expect(other.availability()).toMatchObject({ ready: false, reason: expect.stringContaining("; containers: ") });
    await expect(other.run(spec(["true"]))).rejects.toMatchObject({ code: "unavailable" });
    return (await other.selfTest()).checks.filter((check) => !check.ok);
  };

  it("is refused when its program is not there", async () => {
    const checks = await refusal({ enginePath: "/nonexistent/podman", image: standInImage });
    expect(checks.at(-1)).toMatchObject({ name: "container.engine", fix: expect.stringContaining("podman") });
  });

  it("is refused when its image is not there", async () => {
    const checks = await refusal({ enginePath: standIn.enginePath, image: "another" });
    expect(checks.at(-1)).toMatchObject({ name: "container.image", fix: expect.stringContaining("pull another") });
  });
});

const real = {
  enginePath: process.env["OUTPOST_CONTAINER_ENGINE"] ?? "",
  image: process.env["OUTPOST_CONTAINER_IMAGE"] ?? "",
};
describe.skipIf(real.enginePath === "")("with a real engine [needs OUTPOST_CONTAINER_ENGINE]", () => {
  describeProcessRunnerContract("containers of a real engine", async () => ({
    runner: await createProcessRunner({ dataDirectory, bubblewrapPath, container: real }),
    profile: "command",
    prepareWritableDirectory,
  }));
});

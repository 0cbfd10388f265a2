import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeProcessRunnerContract } from "@outpost/testkit/contracts";
import { afterAll, describe, expect, it } from "vitest";
import { prepareWritableDirectory } from "./ownership.ts";
import { createProcessRunner } from "./process-runner.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "outpost-runner-"));
const runner = await createProcessRunner({ dataDirectory });
const plain = await createProcessRunner({ dataDirectory, bubblewrapPath: "/nonexistent/bwrap" });
afterAll(() => rmSync(dataDirectory, { recursive: true }));

describe.skipIf(!runner.availability().ready)("in the sandbox [needs bubblewrap]", () => {
  describeProcessRunnerContract("commands", async () => ({ runner, profile: "command", prepareWritableDirectory }));
  describeProcessRunnerContract("git", async () => ({ runner, profile: "git", prepareWritableDirectory }));
});

describeProcessRunnerContract("git without the sandbox", async () => ({
  runner: plain,
  profile: "git",
  prepareWritableDirectory: async () => {},
}));

describe("this machine", () => {
  it("says what is missing where the sandbox is not ready", async () => {
    const status = await runner.selfTest();
    expect(status.checks.length).toBeGreaterThan(1);
    expect(status.ready).toBe(status.checks.every((check) => check.ok));
    for (const check of status.checks) expect(check.fix === null).toBe(check.ok);
  });
});

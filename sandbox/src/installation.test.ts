import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findInstallation, type Installation } from "./installation.ts";

let dataDirectory: string;
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "outpost-installation-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dataDirectory, { recursive: true, force: true });
});

function find(): Promise<Installation> {
  const identity = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  return findInstallation({
    ...{ dataDirectory, bubblewrapPath: undefined, identity, producedBytes: 1, graceMs: 1, controlGroups: false },
  } as Parameters<typeof findInstallation>[0]);
}

describe("the parts of the sandbox", () => {
  it("are not looked for in directories that PATH does not name", async () => {
    vi.stubEnv("PATH", "/nonexistent");
    const { sandbox, checks } = await find();
    expect(sandbox).toBeUndefined();
    expect(checks.find(({ name }) => name === "sandbox.bubblewrap")).toMatchObject({
      ok: false,
      fix: expect.stringContaining("bubblewrap"),
    });
  });

  it("are never taken from directories that only PATH names", async () => {
    for (const name of ["bwrap", "prlimit"]) writeFileSync(join(dataDirectory, name), "#!/bin/sh\n", { mode: 0o755 });
    vi.stubEnv("PATH", dataDirectory);
    expect((await find()).sandbox).toBeUndefined();
  });
});

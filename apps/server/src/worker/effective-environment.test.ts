import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyEnvironment, type Repository } from "@outpost/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { effectiveEnvironment } from "./effective-environment.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function makeSource(): string {
  const folder = mkdtempSync(join(tmpdir(), "outpost-environment-"));
  folders.push(folder);
  return folder;
}

function repositoryAt(path: string, environment = emptyEnvironment): Repository {
  return { source: { type: "path", path }, environment } as Repository;
}

describe("effectiveEnvironment", () => {
  it("shares what is installed in the source, with the interpreter a virtual environment was made with", async () => {
    const source = makeSource();
    const toolchain = makeSource();
    mkdirSync(join(source, "node_modules"));
    mkdirSync(join(source, ".venv", "bin"), { recursive: true });
    mkdirSync(join(toolchain, "bin"));
    writeFileSync(join(toolchain, "bin", "python3.11"), "");
    symlinkSync(join(toolchain, "bin", "python3.11"), join(source, ".venv", "bin", "python"));
    expect(await effectiveEnvironment(repositoryAt(source), "/usr/bin/node")).toEqual({
      ...emptyEnvironment,
      sharedDirectories: ["node_modules", ".venv"],
      toolchainPaths: [toolchain],
    });
  });

  it("leaves links and a described environment alone, and brings a node from outside the system", async () => {
    const source = makeSource();
    symlinkSync("/etc", join(source, "node_modules"));
    expect(await effectiveEnvironment(repositoryAt(source), "/opt/node/bin/node")).toMatchObject({
      sharedDirectories: [],
      toolchainPaths: ["/opt/node"],
    });
    mkdirSync(join(source, "venv"));
    const described = { ...emptyEnvironment, sharedDirectories: ["vendor"] };
    expect(await effectiveEnvironment(repositoryAt(source, described), "/opt/node/bin/node")).toEqual(described);
  });
});

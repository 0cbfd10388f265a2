// Installs a program that stands in for docker or podman, in a directory of its own. For tests only.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assembleSeccompFilter } from "../seccomp.ts";
import type { ContainerSettings } from "./container-engine.ts";

export interface StandInEngine extends ContainerSettings {
  /** The command lines it was called with, oldest first. */
  calls(): string[][];
  /** As if a container of this name ran, with this process in it. */
  pretend(name: string, pid: number): void;
  remove(): void;
}

export const standInImage = "registry.test/tools:1";

/** `ownFilter`: the path that a podman gives as that of its filter. */
export function createStandInEngine({ name = "docker", ownFilter = "" } = {}): StandInEngine {
  const directory = mkdtempSync(join(tmpdir(), "outpost-engine-"));
  chmodSync(directory, 0o755);
  const state = join(directory, "state");
  mkdirSync(state);
  const filter = join(directory, "filter");
  writeFileSync(filter, assembleSeccompFilter(process.arch) ?? "");
  const enginePath = join(directory, name);
  const program = fileURLToPath(new URL("./fake-engine.fixture.mjs", import.meta.url));
  const variables = `FAKE_STATE='${state}' FAKE_FILTER='${filter}' FAKE_OWN_FILTER='${ownFilter}' FAKE_IMAGE='${standInImage}'`;
  writeFileSync(enginePath, `#!/bin/sh\n${variables} exec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
  return {
    enginePath,
    image: standInImage,
    calls: () =>
      readFileSync(join(state, "calls"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    pretend: (name, pid) => writeFileSync(join(state, `${name}.init`), String(pid)),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

// Finds the configured docker or podman and looks whether its daemon answers and the image is there. Tries no command in it.
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { basename } from "node:path";
import type { Check } from "@outpost/protocol";
import { execa } from "execa";
import { canaryVariable } from "../self-test.ts";
import { writePodmanFilter } from "./podman-filter.ts";

export interface ContainerSettings {
  /** The program, absolute. */
  enginePath: string;
  image: string;
  /** As in DOCKER_HOST; default: the engine's own. */
  host?: string | undefined;
}

export interface ContainerEngine {
  path: string;
  image: string;
  isPodman: boolean;
  /** The file of the system call filter; undefined: the engine's own. */
  filterPath?: string;
  /** Of the client; nothing of it reaches a container. */
  environment: Readonly<Record<string, string>>;
}

export interface FoundEngine {
  /** Undefined when one of the checks is not ok. */
  engine: ContainerEngine | undefined;
  checks: Check[];
}

const answerTimeoutMs = 15_000;

/** `directory`: where the engine's system call filter may be written. */
export async function findContainerEngine(settings: ContainerSettings, directory: string): Promise<FoundEngine> {
  const engine = describeEngine(settings);
  const program = checkProgram(settings.enginePath);
  if (!program.ok) return { engine: undefined, checks: [program] };
  const version = await ask(engine, ["version", "--format", "{{.Server.Version}}"]);
  const name = basename(engine.path);
  const daemon: Check = {
    name: "container.engine",
    ok: version.ok,
    detail: version.ok ? `${name} ${version.text}` : `${name} does not answer: ${version.text}`,
    fix: version.ok
      ? null
      : "start its daemon (systemctl start docker), let the server's user use it (usermod -aG docker), or set containerHost",
  };
  if (!daemon.ok) return { engine: undefined, checks: [daemon] };
  const found = await ask(engine, ["image", "inspect", "--format", "{{.Id}}", engine.image]);
  const image: Check = {
    name: "container.image",
    ok: found.ok,
    detail: found.ok
      ? `image "${engine.image}" (${found.text})`
      : `image "${engine.image}" is not there: ${found.text}`,
    fix: found.ok ? null : `${name} pull ${engine.image}, or name another in containerImage`,
  };
  if (!image.ok || !engine.isPodman) return { engine: image.ok ? engine : undefined, checks: [daemon, image] };
  const { path: filterPath, check } = await makeFilter(engine, directory);
  return { engine: filterPath === undefined ? undefined : { ...engine, filterPath }, checks: [daemon, image, check] };
}

async function makeFilter(engine: ContainerEngine, directory: string): Promise<{ path?: string; check: Check }> {
  const name = "container.filter";
  const own = await ask(engine, ["info", "--format", "{{.Host.Security.SECCOMPProfilePath}}"]);
  try {
    if (!own.ok || own.text === "") throw new Error(own.text || "podman has none");
    const path = await writePodmanFilter(own.text, directory);
    const detail = `podman's system call filter (${own.text}), without namespaces`;
    return { path, check: { name, ok: true, detail, fix: null } };
  } catch (error) {
    const detail = `podman's system call filter cannot be made stricter: ${(error as Error).message}`;
    const fix = "install what it comes with on this machine (/usr/share/containers/seccomp.json), or use docker";
    return { check: { name, ok: false, detail, fix } };
  }
}

function describeEngine({ enginePath, image, host }: ContainerSettings): ContainerEngine {
  const user = process.getuid?.() ?? 0;
  return {
    path: enginePath,
    image,
    isPodman: basename(enginePath).includes("podman"),
    environment: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: homedir(),
      LANG: "C.UTF-8",
      [canaryVariable]: "seen",
      XDG_RUNTIME_DIR: `/run/user/${user}`,
      ...(host === undefined ? {} : { DOCKER_HOST: host, CONTAINER_HOST: host }),
    },
  };
}

function checkProgram(path: string): Check {
  const name = "container.engine";
  try {
    accessSync(path, constants.X_OK);
    return { name, ok: true, detail: path, fix: null };
  } catch {
    const fix = 'install it ("apt install podman" or "apt install docker.io"), or set containerEngine to where it is';
    return { name, ok: false, detail: `"${path}" is not a program that can be started`, fix };
  }
}

/** Of calls that ask an engine something: its own environment only, bounded, never rejecting. */
export function questionOptions(engine: ContainerEngine) {
  return {
    env: { ...engine.environment },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    timeout: answerTimeoutMs,
    maxBuffer: 100_000,
  } as const;
}

async function ask(engine: ContainerEngine, words: readonly string[]): Promise<{ ok: boolean; text: string }> {
  const result = await execa(engine.path, words, questionOptions(engine));
  const output = result.exitCode === 0 ? result.stdout : result.stderr || result.message || "no answer";
  return { ok: result.exitCode === 0, text: output.trim().split("\n")[0] ?? "" };
}

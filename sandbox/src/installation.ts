// Finds what the sandbox is made of on this machine, and writes the small files that it copies into every sandbox.
// Does not try whether it works (self-test.ts does).
import { accessSync, constants, realpathSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import type { Check } from "@outpost/protocol";
import { execa } from "execa";
import { neededOptions } from "./bubblewrap.ts";
import type { Sandbox } from "./bubblewrap-runner.ts";
import { type FoundGroups, findGroups, removeLeftGroups } from "./control-groups/find-groups.ts";
import type { Identity } from "./identity.ts";
import { createOutputPipes } from "./output-pipes.ts";
import { replaceFile } from "./replace-file.ts";
import { assembleSeccompFilter } from "./seccomp.ts";
import { installAdvice, limitsAdvice } from "./system-advice.ts";
import { listSystemEntries, privateFiles } from "./system-root.ts";

export interface InstallationOptions {
  dataDirectory: string;
  bubblewrapPath: string | undefined;
  identity: Identity;
  producedBytes: number;
  graceMs: number;
  /** Whether each command gets a control group, where one can be made. */
  controlGroups: boolean;
}

export interface Installation {
  prlimitPath: string | undefined;
  /** Undefined when a part is missing; then one of the checks is not ok. */
  sandbox: Sandbox | undefined;
  checks: Check[];
}

// Fixed places: a PATH with the directory of a repository in it must not choose the program that is the boundary. Who takes one of them
// out of PATH takes its programs away, though.
const trustedDirectories = ["/usr/bin", "/usr/local/bin", "/bin"];
function programDirectories(): string[] {
  const path = process.env["PATH"]?.split(delimiter);
  return trustedDirectories.filter((directory) => path?.includes(directory) ?? true);
}

export async function findInstallation(options: InstallationOptions): Promise<Installation> {
  const { dataDirectory, identity, producedBytes, graceMs } = options;
  const prlimitPath = findProgram("prlimit");
  const named = options.bubblewrapPath ?? findProgram("bwrap");
  const bubblewrapPath = named !== undefined && isExecutable(named) ? named : undefined;
  const bubblewrap = await checkBubblewrap(bubblewrapPath, options.bubblewrapPath);
  const prlimit: Check = {
    name: "sandbox.prlimit",
    ok: prlimitPath !== undefined,
    detail: prlimitPath ?? "prlimit is not installed",
    fix: prlimitPath === undefined ? limitsAdvice : null,
  };
  const checks = [bubblewrap, prlimit];
  if (!bubblewrap.ok || bubblewrapPath === undefined || prlimitPath === undefined) {
    return { prlimitPath, sandbox: undefined, checks };
  }
  await mkdir(join(dataDirectory, "sandbox"), { recursive: true });
  const real = realpathSync(dataDirectory);
  const found = options.controlGroups ? findGroups() : { place: null, detail: "switched off (controlGroups)" };
  if (found.place) removeLeftGroups(found.place);
  const filter = assembleSeccompFilter(process.arch);
  const sandbox: Sandbox = {
    bubblewrapPath,
    prlimitPath,
    identity,
    data: { given: dataDirectory, real },
    system: listSystemEntries(),
    privateFiles: await writePrivateFiles(join(real, "sandbox")),
    seccompPath: filter && (await replaceFile(join(real, "sandbox", `filter-${process.arch}`), filter)),
    pipes: createOutputPipes(join(real, "sandbox")),
    producedBytes,
    graceMs,
    groups: found.place ?? undefined,
  };
  return { prlimitPath, sandbox, checks: [...checks, describeGroups(found)] };
}

/** Never a reason to refuse: the limits of each process hold without. */
function describeGroups({ place, detail }: FoundGroups): Check {
  const held = place
    ? `memory, processes and processor are bounded for each command as a whole: ${detail}`
    : `memory, processes and processor are bounded for each process, not for a command as a whole: ${detail}`;
  return { name: "sandbox.control_groups", ok: true, detail: held, fix: null };
}

function findProgram(name: string): string | undefined {
  return programDirectories()
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function checkBubblewrap(path: string | undefined, asked: string | undefined): Promise<Check> {
  const name = "sandbox.bubblewrap";
  if (path === undefined) {
    const where =
      asked === undefined
        ? programDirectories().join(", ") || "no directory: PATH has none of the usual ones"
        : `"${asked}"`;
    return { name, ok: false, detail: `bubblewrap is not installed (looked in ${where})`, fix: installAdvice };
  }
  const options = {
    env: {},
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    timeout: 5_000,
    maxBuffer: 100_000,
  } as const;
  const [version, help] = await Promise.all([execa(path, ["--version"], options), execa(path, ["--help"], options)]);
  const missing = neededOptions.filter((option) => !`${help.stdout}${help.stderr}`.includes(option));
  if (missing.length === 0) return { name, ok: true, detail: `${version.stdout.trim()} at ${path}`, fix: null };
  const detail = `${version.stdout.trim() || path} lacks ${missing.join(", ")}`;
  return { name, ok: false, detail, fix: installAdvice };
}

async function writePrivateFiles(directory: string): Promise<{ source: string; target: string }[]> {
  return await Promise.all(
    Object.entries(privateFiles).map(async ([target, text]) => ({
      source: await replaceFile(join(directory, basename(target)), Buffer.from(text)),
      target,
    })),
  );
}

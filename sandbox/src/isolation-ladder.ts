// Chooses what commands run in: bubblewrap; else containers, where an engine is configured; else what the operator declared by name; else
// nothing, and commands are refused. Each rung is tried before it is trusted, except the declared one, which nothing can try; a child of
// the server takes its server's word for bubblewrap, which was tried by the same user on the same machine.
// Covered: the reasons of every rung that was passed over stay visible. Not covered: falling from one rung to another later; what was
// chosen at the start holds until the next start.
import { realpathSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Check, SandboxStatus } from "@outpost/protocol";
import { runInBubblewrap } from "./bubblewrap-runner.ts";
import { type ContainerSettings, findContainerEngine } from "./container/container-engine.ts";
import { type ContainerSandbox, runInContainer } from "./container/container-runner.ts";
import { removeLeftContainers, serverLabel } from "./container/left-containers.ts";
import { runDeclared } from "./declared/declared-runner.ts";
import { findInstallation, type InstallationOptions } from "./installation.ts";
import { type PlainOptions, runPlain } from "./plain-runner.ts";
import type { RunSpec } from "./run-spec.ts";
import { type ProbeSubject, probe } from "./self-test.ts";

export interface LadderOptions extends InstallationOptions {
  container: ContainerSettings | undefined;
  declaredSandbox: string | undefined;
  /** What the process that started this one found, so that it is not tried again. */
  tested: SandboxStatus | undefined;
}

export interface Isolation {
  status: SandboxStatus;
  /** Why commands are refused, and how to mend it; "" when they are not. */
  reason: string;
  /** Undefined: commands are refused. */
  command: RunSpec | undefined;
  git: RunSpec;
}

export async function chooseIsolation(options: LadderOptions): Promise<Isolation> {
  const { sandbox, checks, prlimitPath } = await findInstallation(options);
  const plain: PlainOptions = { prlimitPath, producedBytes: options.producedBytes, graceMs: options.graceMs };
  const inBubblewrap: RunSpec | undefined = sandbox && ((spec, signal) => runInBubblewrap(sandbox, spec, signal));
  if (inBubblewrap && options.tested?.kind === "bubblewrap" && options.tested.ready)
    return { status: options.tested, reason: "", command: inBubblewrap, git: inBubblewrap };
  const probed = sandbox && inBubblewrap ? await probe(bubblewrapSubject(sandbox, inBubblewrap)) : [];
  const starts = probed.length > 1;
  // git has no commands of a repository in it, and is better off in a sandbox that lacks something than in none
  const git: RunSpec = starts && inBubblewrap ? inBubblewrap : (spec, signal) => runPlain(plain, spec, signal);
  const all = [...checks, ...probed];
  if (starts && all.every((check) => check.ok)) {
    const limits = sandbox?.groups ? "command" : "process";
    const status: SandboxStatus = { kind: "bubblewrap", name: "", ready: true, limits, checks: all };
    return { status, reason: "", command: inBubblewrap, git };
  }
  const passedOver = describeFailure("bubblewrap", all);
  const container = options.container && (await tryContainer(options, options.container));
  if (container?.command) {
    const { name, command } = container;
    const chosen = isolationCheck(`commands run in containers of ${name}; ${passedOver}`);
    const checks = [chosen, ...container.checks];
    const status: SandboxStatus = { kind: "container", name, ready: true, limits: "command", checks };
    return { status, reason: "", command, git };
  }
  const reasons = [passedOver, ...(container ? [describeFailure("containers", container.checks)] : [])].join("; ");
  const declared = options.declaredSandbox;
  if (declared !== undefined) {
    const text = `commands run without isolation of Outpost's own: the operator declared "${declared}" to be the sandbox; ${reasons}`;
    const settings = { ...plain, identity: options.identity, dataDirectory: options.dataDirectory };
    return {
      status: { kind: "declared", name: declared, ready: true, limits: "process", checks: [isolationCheck(text)] },
      reason: "",
      command: (spec, signal) => runDeclared(settings, spec, signal),
      git,
    };
  }
  const kind = starts ? "bubblewrap" : "none";
  const tried = [...all, ...(container?.checks ?? [])];
  const status: SandboxStatus = { kind, name: "", ready: false, limits: "process", checks: tried };
  return { status, reason: reasons, command: undefined, git };
}

function bubblewrapSubject(
  sandbox: NonNullable<Awaited<ReturnType<typeof findInstallation>>["sandbox"]>,
  run: RunSpec,
): ProbeSubject {
  return {
    prefix: "sandbox",
    run,
    directory: join(sandbox.data.real, "sandbox"),
    identity: sandbox.identity,
    hasFilter: sandbox.seccompPath !== undefined,
    processLimit: "rlimit",
    knownVariables: "ours",
  };
}

async function tryContainer(options: LadderOptions, settings: ContainerSettings) {
  await mkdir(join(options.dataDirectory, "sandbox"), { recursive: true });
  const real = realpathSync(options.dataDirectory);
  const directory = join(real, "sandbox");
  const { engine, checks } = await findContainerEngine(settings, directory);
  const name = `${basename(settings.enginePath)} (${settings.image})`;
  if (!engine) return { name, checks, command: undefined };
  await removeLeftContainers(engine, serverLabel(real));
  const { identity, producedBytes, graceMs } = options;
  const data = { given: options.dataDirectory, real };
  const container: ContainerSandbox = { engine, identity, data, producedBytes, graceMs };
  const run: RunSpec = (spec, signal) => runInContainer(container, spec, signal);
  const probed = await probe({
    prefix: "container",
    run,
    directory,
    identity,
    hasFilter: true,
    processLimit: "group",
    knownVariables: "of the image",
  });
  const all = [...checks, ...probed];
  return { name, checks: all, command: all.every((check) => check.ok) ? run : undefined };
}

function isolationCheck(detail: string): Check {
  return { name: "sandbox.isolation", ok: true, detail, fix: null };
}

function describeFailure(what: string, checks: readonly Check[]): string {
  const failed = checks.find((check) => !check.ok);
  return failed ? `${what}: ${failed.detail} (to mend it: ${failed.fix})` : `${what} did not start`;
}

// Tries the forbidden things in the sandbox, for real, and says which were refused.
// Covered: writing outside, reading the home and data directories, the server's environment and descriptors, its loopback services,
// kernel settings, nested namespaces, mounts, privileges, limits, a process that stays behind. Not covered: bugs of the kernel.
import { arch } from "node:process";
import { type Check, isOutpostError } from "@outpost/protocol";
import type { Identity } from "./identity.ts";
import { type ProbeReport, probeProcesses, runProbe } from "./probe.ts";
import type { RunSpec } from "./run-spec.ts";
import { namespaceAdvice } from "./system-advice.ts";

/** What is tried, and what can be expected of it. */
export interface ProbeSubject {
  /** Of the checks' names. */
  prefix: "sandbox" | "container";
  run: RunSpec;
  /** Where a worktree for the probe may be made. */
  directory: string;
  identity: Identity;
  hasFilter: boolean;
  /** Where the number of processes is bounded: a limit of each process, or the control group. */
  processLimit: "rlimit" | "group";
  /** Whether the variables inside are all our own, or also those of an image, whatever they are. */
  knownVariables: "ours" | "of the image";
}

/** All checks; only "starts", not ok, when it does not even start. Never rejects. */
export async function probe(subject: ProbeSubject): Promise<Check[]> {
  try {
    return judge(await runProbe(subject.run, subject.directory), subject);
  } catch (error) {
    const message = isOutpostError(error) || error instanceof Error ? error.message : String(error);
    const fix = subject.prefix === "sandbox" ? namespaceAdvice(message) : containerAdvice;
    return [{ name: `${subject.prefix}.starts`, ok: false, detail: message, fix }];
  }
}

const containerAdvice =
  "the image needs sh, bash, unshare, setsid and mount (Debian and Fedora images have them), and the engine must let the server's user start containers";

type Expected = Pick<ProbeSubject, "prefix" | "identity" | "hasFilter" | "processLimit" | "knownVariables">;

export function judge(report: ProbeReport, expected: Expected): Check[] {
  const answer = (name: string) => report.answers.get(name) ?? "no answer";
  const { identity, hasFilter } = expected;
  const check = (name: string, ok: boolean, detail: string) => describeCheck(`${expected.prefix}.${name}`, ok, detail);
  const refused = (name: string, what: string) => check(name, answer(name) === "refused", `${what}: ${answer(name)}`);
  const as = identity.isSwitched ? `as uid ${identity.uid}, because the server is root` : "as the server's user";
  const seen = answer("environment").split(" ");
  const isKnown = (name: string) =>
    expected.knownVariables === "ours" ? expectedVariables.test(name) : name !== canaryVariable;
  const strangers = seen.filter((name) => !isKnown(name));
  const processes = answer(expected.processLimit === "rlimit" ? "processes" : "group_processes");
  const isSilent = report.connections === 0 && answer("connect") === "refused" && answer("interfaces") === "lo";
  const noPrivileges = [answer("capabilities"), answer("bounding")].every((set) => /^0+$/.test(set));
  const outside = [answer("write_outside"), ...report.writtenOutside].join(" ");
  return [
    check(
      "starts",
      answer("write_inside") === "possible",
      `commands run ${as}; writing inside: ${answer("write_inside")}`,
    ),
    check("write_outside", outside === "refused", `writing outside the worktree: ${outside}`),
    refused("read_data", "reading the data directory"),
    refused("read_home", "reading the server's home directory"),
    check(
      "environment",
      seen.length > 1 && strangers.length === 0,
      `variables of the server seen: ${strangers.join(" ") || "none"}`,
    ),
    check("descriptors", answer("descriptors") === "none", `open files inherited: ${answer("descriptors")}`),
    check("network", isSilent, `connecting: ${answer("connect")}; interfaces: ${answer("interfaces")}`),
    refused("kernel_settings", "writing /proc/sys"),
    refused("nested_namespace", "a user namespace inside"),
    refused("mount", "mounting"),
    check("privileges", noPrivileges && answer("no_new_privileges") === "1", `capabilities: ${answer("capabilities")}`),
    check(
      "system_calls",
      !hasFilter || answer("seccomp") === "2",
      !hasFilter ? `no system call filter for ${arch}` : `system call filter: mode ${answer("seccomp")}`,
    ),
    check("limits", processes === String(probeProcesses), `process limit: ${processes} of ${probeProcesses}`),
    check(
      "leftovers",
      !report.leftBehind,
      `a background process outlives its command: ${report.leftBehind ? "yes" : "no"}`,
    ),
  ];
}

/** What commandEnvironment, the probe and the shell itself set. */
const expectedVariables = /^(?:PATH|HOME|LANG|TERM|TMPDIR|PWD|OLDPWD|SHLVL|_|PROBE_[A-Z]+)$/;

/** Given to an engine's client, which must not hand it on. */
export const canaryVariable = "OUTPOST_CANARY";

function describeCheck(name: string, ok: boolean, detail: string): Check {
  const fix = ok
    ? null
    : `commands stay off; update what they run in and the kernel, and report "${name}: ${detail}" if it stays`;
  return { name, ok, detail, fix };
}

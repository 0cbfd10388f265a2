// Tries the forbidden things in the sandbox, for real, and says which were refused.
// Covered: writing outside, reading the home and data directories, the server's environment and descriptors, its loopback services,
// kernel settings, nested namespaces, mounts, privileges, limits, a process that stays behind. Not covered: bugs of the kernel.
import { arch } from "node:process";
import { type Check, isOutpostError } from "@outpost/protocol";
import type { Sandbox } from "./bubblewrap-runner.ts";
import { type ProbeReport, probeProcesses, runProbe } from "./probe.ts";
import { namespaceAdvice } from "./system-advice.ts";

/** All checks; only "sandbox.starts", not ok, when the sandbox does not even start. Never rejects. */
export async function probeSandbox(sandbox: Sandbox): Promise<Check[]> {
  try {
    return judge(await runProbe(sandbox), sandbox);
  } catch (error) {
    const message = isOutpostError(error) || error instanceof Error ? error.message : String(error);
    return [{ name: "sandbox.starts", ok: false, detail: message, fix: namespaceAdvice(message) }];
  }
}

export function judge(report: ProbeReport, sandbox: Pick<Sandbox, "identity" | "seccompPath">): Check[] {
  const answer = (name: string) => report.answers.get(name) ?? "no answer";
  const refused = (name: string, what: string) => check(name, answer(name) === "refused", `${what}: ${answer(name)}`);
  const { identity, seccompPath } = sandbox;
  const as = identity.isSwitched ? `as uid ${identity.uid}, because the server is root` : "as the server's user";
  const seen = answer("environment").split(" ");
  const strangers = seen.filter((name) => !expectedVariables.test(name));
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
      seccompPath === undefined || answer("seccomp") === "2",
      seccompPath === undefined ? `no system call filter for ${arch}` : `system call filter: mode ${answer("seccomp")}`,
    ),
    check(
      "limits",
      answer("processes") === String(probeProcesses),
      `process limit: ${answer("processes")} of ${probeProcesses}`,
    ),
    check(
      "leftovers",
      !report.leftBehind,
      `a background process outlives its command: ${report.leftBehind ? "yes" : "no"}`,
    ),
  ];
}

/** What commandEnvironment, the probe and the shell itself set. */
const expectedVariables = /^(?:PATH|HOME|LANG|TERM|TMPDIR|PWD|OLDPWD|SHLVL|_|PROBE_[A-Z]+)$/;

function check(name: string, ok: boolean, detail: string): Check {
  const fix = ok
    ? null
    : `commands stay off; update bubblewrap and the kernel, and report "${name}: ${detail}" if it stays`;
  return { name: `sandbox.${name}`, ok, detail, fix };
}

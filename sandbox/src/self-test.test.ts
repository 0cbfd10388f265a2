import { describe, expect, it } from "vitest";
import { type ProbeReport, probeProcesses } from "./probe.ts";
import { judge } from "./self-test.ts";

const clean: Record<string, string> = {
  write_inside: "possible",
  write_outside: "refused",
  read_data: "refused",
  read_home: "refused",
  kernel_settings: "refused",
  nested_namespace: "refused",
  mount: "refused",
  connect: "refused",
  interfaces: "lo",
  capabilities: "0000000000000000",
  bounding: "0000000000000000",
  no_new_privileges: "1",
  seccomp: "2",
  processes: String(probeProcesses),
  descriptors: "none",
  environment: "HOME LANG PATH PROBE_HOME TERM TMPDIR",
};

const identity = { uid: 1000, gid: 1000, isSwitched: false };

function failures(answers: Record<string, string>, host: Partial<ProbeReport> = {}): string[] {
  const report: ProbeReport = {
    connections: 0,
    leftBehind: false,
    writtenOutside: [],
    ...host,
    answers: new Map(Object.entries(answers)),
  };
  const checks = judge(report, {
    ...{ prefix: "sandbox", identity, hasFilter: true },
    ...{ processLimit: "rlimit", knownVariables: "ours" },
  });
  expect(checks.length).toBeGreaterThan(12);
  return checks.filter((check) => !check.ok).map((check) => check.name);
}

describe("the self-test", () => {
  it("passes when everything was refused", () => {
    expect(failures(clean)).toEqual([]);
  });

  it.each([
    ["write_inside", "refused", "sandbox.starts"],
    ["write_outside", "possible", "sandbox.write_outside"],
    ["read_data", "possible", "sandbox.read_data"],
    ["read_home", "possible", "sandbox.read_home"],
    ["kernel_settings", "possible", "sandbox.kernel_settings"],
    ["nested_namespace", "possible", "sandbox.nested_namespace"],
    ["mount", "possible", "sandbox.mount"],
    ["connect", "possible", "sandbox.network"],
    ["interfaces", "eth0 lo", "sandbox.network"],
    ["capabilities", "0000000000000400", "sandbox.privileges"],
    ["bounding", "000001ffffffffff", "sandbox.privileges"],
    ["no_new_privileges", "0", "sandbox.privileges"],
    ["seccomp", "0", "sandbox.system_calls"],
    ["processes", "unlimited", "sandbox.limits"],
    ["descriptors", "9", "sandbox.descriptors"],
    ["environment", "HOME LANG PATH SECRET_KEY", "sandbox.environment"],
  ])("fails when %s is %s", (name, answer, check) => {
    expect(failures({ ...clean, [name]: answer })).toEqual([check]);
  });

  it("fails for every answer that did not come", () => {
    for (const name of Object.keys(clean)) {
      const { [name]: _, ...rest } = clean;
      expect(failures(rest), name).toHaveLength(1);
    }
  });

  it("fails for what the host saw", () => {
    expect(failures(clean, { connections: 1 })).toEqual(["sandbox.network"]);
    expect(failures(clean, { leftBehind: true })).toEqual(["sandbox.leftovers"]);
    expect(failures(clean, { writtenOutside: ["outpost-probe"] })).toEqual(["sandbox.write_outside"]);
  });
});

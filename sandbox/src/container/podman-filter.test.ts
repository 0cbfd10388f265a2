import { describe, expect, it } from "vitest";
import { tightenFilter } from "./podman-filter.ts";

interface Rule {
  names: string[];
  action: string;
  args?: { index: number; value: number; valueTwo: number; op: string }[];
  errnoRet?: number;
}

/** In the form of podman's: one long rule without conditions, and some for capabilities. */
const own = {
  defaultAction: "SCMP_ACT_ERRNO",
  defaultErrnoRet: 38,
  archMap: [{ architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86"] }],
  syscalls: [
    { names: ["userfaultfd", "vm86"], action: "SCMP_ACT_ERRNO", args: [], errnoRet: 1 },
    { names: ["read", "clone", "clone3", "unshare", "mount", "keyctl", "write"], action: "SCMP_ACT_ALLOW", args: [] },
    { names: ["setns"], action: "SCMP_ACT_ALLOW", args: [], includes: { caps: ["CAP_SYS_ADMIN"] } },
    {
      names: ["personality"],
      action: "SCMP_ACT_ALLOW",
      args: [{ index: 0, value: 8, valueTwo: 0, op: "SCMP_CMP_EQ" }],
    },
  ],
};

describe("podman's filter made stricter", () => {
  const made = JSON.parse(tightenFilter(JSON.stringify(own))) as typeof own & { syscalls: Rule[] };
  const rulesOf = (name: string) => made.syscalls.filter(({ names }) => names.includes(name)) as Rule[];

  it("keeps what has nothing to do with namespaces as it is", () => {
    const { syscalls: _, ...rest } = own;
    expect(made).toMatchObject(rest);
    expect(rulesOf("read")).toEqual([{ names: ["read", "write"], action: "SCMP_ACT_ALLOW", args: [] }]);
    expect(rulesOf("vm86")).toEqual([{ names: ["vm86"], action: "SCMP_ACT_ERRNO", args: [], errnoRet: 1 }]);
    expect(rulesOf("personality")).toEqual([own.syscalls[3]]);
  });

  it.each(["unshare", "setns", "mount", "keyctl", "userfaultfd", "bpf"])(
    "refuses %s, whatever was said of it",
    (name) => {
      expect(rulesOf(name)).toEqual([expect.objectContaining({ action: "SCMP_ACT_ERRNO", errnoRet: 1 })]);
    },
  );

  it("allows new processes and threads, without a flag that makes a namespace", () => {
    expect(rulesOf("clone3")).toEqual([{ names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38 }]);
    const rules = rulesOf("clone");
    expect(rules).toMatchObject([{ action: "SCMP_ACT_ALLOW", args: [{ op: "SCMP_CMP_MASKED_EQ" }] }]);
    const { value = 0, valueTwo = 0 } = rules[0]?.args?.[0] ?? {};
    const passes = (flags: number) => (BigInt(flags) & BigInt(value)) === BigInt(valueTwo);
    const [thread, child, user, mount] = [0x3d0f00, 0x11, 0x10000011, 0x20011];
    expect([thread, child, user, mount].map(passes)).toEqual([true, true, false, false]);
  });
});

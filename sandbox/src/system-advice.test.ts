import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { containerOptions, namespaceAdvice } from "./system-advice.ts";

const switches = {
  "/proc/sys/user/max_user_namespaces": "15000",
  "/proc/sys/kernel/unprivileged_userns_clone": "1",
  "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "0",
};

function advice(change: Record<string, string>, message = "bwrap: setting up uid map: Permission denied"): string {
  const all: Record<string, string> = { ...switches, ...change };
  return namespaceAdvice(message, (path) => all[path]);
}

describe("the advice for a kernel that refuses user namespaces", () => {
  it.each([
    ["a sysctl of 0", { "/proc/sys/user/max_user_namespaces": "0" }, "sysctl -w user.max_user_namespaces=15000"],
    ["Debian's switch", { "/proc/sys/kernel/unprivileged_userns_clone": "0" }, "unprivileged_userns_clone=1"],
    ["AppArmor", { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1" }, "profile bwrap /usr/bin/bwrap"],
    ["a Docker container", { "/.dockerenv": "" }, "--security-opt seccomp=unconfined"],
    ["a Podman container", { "/run/.containerenv": "" }, "--security-opt seccomp=unconfined"],
  ])("for %s says what to write where", (_, change, expected) => {
    expect(advice(change)).toContain(expected);
  });

  it("is what the compose file does", () => {
    const file = readFileSync(new URL("../../docker-compose.yml", import.meta.url), "utf8");
    const [, options] = /security_opt:\n((?: +- .*\n)+)/.exec(file) ?? [];
    expect(options?.match(/\S+=\S+/g)).toEqual(containerOptions);
  });

  it("names the package for an old bubblewrap, in a container too, and where to look for all else", () => {
    expect(advice({}, "bwrap: Unknown option --disable-userns")).toContain("apt install bubblewrap");
    expect(advice({ "/.dockerenv": "" }, "bwrap: Unknown option --disable-userns")).toContain("apt install bubblewrap");
    expect(advice({})).toContain("kernel log");
  });
});

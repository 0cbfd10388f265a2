// Says what to do when the kernel or the container does not let bubblewrap work.
// Reads a few switches of the system; changes nothing.
import { readFileSync } from "node:fs";

export const installAdvice =
  'install bubblewrap 0.8 or later: "apt install bubblewrap", "dnf install bubblewrap", "apk add bubblewrap" or "pacman -S bubblewrap"';

export const limitsAdvice =
  'install util-linux (the program "prlimit"): "apt install util-linux" or "apk add util-linux-misc"';

/** What lets bubblewrap make user namespaces on Ubuntu 24.04 and later, and nothing else. */
const appArmorProfile = `abi <abi/4.0>,
include <tunables/global>
profile bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,
  include if exists <local/bwrap>
}`;

/** What bubblewrap needs of a container: namespaces, and a /proc of its own, which no container may mount while parts of its own are hidden. */
export const containerOptions = ["seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"];

/** `message`: what bubblewrap said. `read`: a file's text, or undefined where there is none. */
export function namespaceAdvice(message: string, read: (path: string) => string | undefined = readSwitch): string {
  if (/Unknown option/i.test(message)) return installAdvice;
  const isContainer = ["/.dockerenv", "/run/.containerenv"].some((path) => read(path) !== undefined);
  if (isContainer) {
    const options = containerOptions.map((option) => `--security-opt ${option}`).join(" ");
    return `start the container with "${options}", or run the server outside a container`;
  }
  if (read("/proc/sys/user/max_user_namespaces") === "0") {
    return 'allow user namespaces: "sysctl -w user.max_user_namespaces=15000" (and in /etc/sysctl.d)';
  }
  if (read("/proc/sys/kernel/unprivileged_userns_clone") === "0") {
    return 'allow user namespaces: "sysctl -w kernel.unprivileged_userns_clone=1" (and in /etc/sysctl.d)';
  }
  if (read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") === "1") {
    return `write this to /etc/apparmor.d/bwrap and load it (apparmor_parser -r /etc/apparmor.d/bwrap): ${appArmorProfile}`;
  }
  return "user namespaces must be possible for the user that commands run as; see user.max_user_namespaces and the kernel log";
}

function readSwitch(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

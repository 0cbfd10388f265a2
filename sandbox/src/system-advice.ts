// Says what to do when the kernel or the container does not let bubblewrap work.
// Reads a few switches of the system; changes nothing.
import { existsSync, readFileSync } from "node:fs";

export const installAdvice =
  'install bubblewrap 0.8 or later: "apt install bubblewrap", "dnf install bubblewrap", "apk add bubblewrap" or "pacman -S bubblewrap"';

export const limitsAdvice =
  'install util-linux (the program "prlimit"): "apt install util-linux" or "apk add util-linux-misc"';

/** `message`: what bubblewrap said. */
export function namespaceAdvice(message: string): string {
  const isContainer = existsSync("/.dockerenv") || existsSync("/run/.containerenv");
  if (isContainer) {
    const options =
      "--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined";
    return `start the container with "${options}", or run the server outside a container`;
  }
  if (readSwitch("/proc/sys/user/max_user_namespaces") === "0") {
    return 'allow user namespaces: "sysctl -w user.max_user_namespaces=15000" (and in /etc/sysctl.d)';
  }
  if (readSwitch("/proc/sys/kernel/unprivileged_userns_clone") === "0") {
    return 'allow user namespaces: "sysctl -w kernel.unprivileged_userns_clone=1" (and in /etc/sysctl.d)';
  }
  if (readSwitch("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") === "1") {
    return 'give bubblewrap an AppArmor profile with "userns,", or "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"';
  }
  if (/Unknown option/i.test(message)) return installAdvice;
  return "user namespaces must be possible for the user that commands run as; see user.max_user_namespaces and the kernel log";
}

function readSwitch(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

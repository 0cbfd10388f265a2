// What every command sees of the host: programs and libraries, read-only, and the few files of /etc that they need.
// Covered: no home directories, no /run (sockets), no /var, no /root, no shadow, no host names, no accounts of the host.
// Not covered: secrets that somebody keeps under /usr.
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

export type SystemEntry = { type: "bind"; path: string } | { type: "symlink"; path: string; to: string };

const topDirectories = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
// each is a mount, and each mount costs a quarter of a millisecond a command
const configurationNames = [
  "alternatives",
  "ld.so.cache",
  "localtime",
  "mime.types",
  "pki/tls/certs",
  "protocols",
  "services",
  "ssl/certs",
  "ssl/openssl.cnf",
];
// versioned: java-17-openjdk, python3.11; their programs read their own settings there
const configurationPattern = /^(?:java-\d+-openjdk|java|python3(?:\.\d+)?|maven)$/;

export function listSystemEntries(): SystemEntry[] {
  const entries: SystemEntry[] = [{ type: "bind", path: "/usr" }];
  const versioned = readdirSync("/etc").filter((name) => configurationPattern.test(name));
  const configuration = [...configurationNames, ...versioned].map((name) => join("/etc", name));
  for (const path of [...topDirectories, ...configuration]) {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (!status) continue;
    if (status.isSymbolicLink()) entries.push({ type: "symlink", path, to: readlinkSync(path) });
    else if (status.isDirectory() || status.isFile()) entries.push({ type: "bind", path });
  }
  return entries;
}

export const homeInside = "/tmp/home";

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The environment of a command: the profile's, then the caller's. */
export function commandEnvironment(
  env: Readonly<Record<string, string>>,
  pathPrefix: readonly string[],
): Record<string, string> {
  const path = [...pathPrefix, env["PATH"] ?? systemPath].join(":");
  return { HOME: homeInside, LANG: "C.UTF-8", TERM: "dumb", TMPDIR: "/tmp", ...env, PATH: path };
}

/** Small files of our own in place of the host's. */
export const privateFiles: Readonly<Record<string, string>> = {
  "/etc/passwd": `root:x:0:0:root:/:/usr/sbin/nologin\nagent:x:1000:1000:agent:${homeInside}:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n`,
  "/etc/group": "root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n",
  "/etc/hosts": "127.0.0.1 localhost outpost\n::1 localhost\n",
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  // the files belong to another user when the server is root; the sandbox is what protects here
  "/etc/gitconfig": "[safe]\n\tdirectory = *\n",
};

export const uidInside = 1000;

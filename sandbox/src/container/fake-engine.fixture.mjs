// Stands in for docker or podman: understands the part of their documented command line that Outpost uses, notes what it was called with,
// and makes the container with bubblewrap. For tests only. Surroundings come from variables: FAKE_STATE (a directory), FAKE_FILTER (a
// system call filter), FAKE_OWN_FILTER (what a podman says its own is), FAKE_IMAGE (the one image that is there).
import { spawn } from "node:child_process";
import { appendFileSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

const [command, ...words] = process.argv.slice(2);
const state = process.env.FAKE_STATE;
appendFileSync(join(state, "calls"), `${JSON.stringify([command, ...words])}\n`);

function fail(text, code) {
  process.stderr.write(`docker: ${text}\n`);
  process.exit(code);
}

const single = new Set(["--rm", "--interactive", "--read-only", "--read-only-tmpfs=false", "--init"]);

/** Options of `run` until the image, each with its values. */
function parseRun(given) {
  const options = new Map();
  let at = 0;
  while (given[at]?.startsWith("--")) {
    const name = given[at];
    const values = options.get(name) ?? [];
    if (!single.has(name)) values.push(given[++at]);
    options.set(name, values);
    at++;
  }
  return { options, image: given[at], rest: given.slice(at + 1) };
}

function parseMount(text) {
  const fields = [...text.matchAll(/"((?:[^"]|"")*)"|([^,]+)/g)].map(
    (match) => match[1]?.replaceAll('""', '"') ?? match[2],
  );
  const value = (key) => fields.find((field) => field.startsWith(`${key}=`))?.slice(key.length + 1);
  return { source: value("source"), target: value("target"), writable: !fields.includes("readonly") };
}

const bridge = `uid=$1 count=$2; shift 2; mount -t tmpfs -o mode=0755 tmpfs /mnt; number=0
while [ $number -lt $count ]; do
  if [ -d "$1" ]; then mkdir /mnt/$number; else : > /mnt/$number; fi
  mount --bind "$1" /mnt/$number; shift; number=$((number + 1))
done
exec setpriv --reuid=$uid --regid=$uid --clear-groups --no-new-privs -- "$@"`;

function run() {
  const { options, image, rest } = parseRun(words);
  const all = (name) => options.get(name) ?? [];
  const [name] = all("--name");
  if (image !== process.env.FAKE_IMAGE) fail(`Unable to find image '${image}' locally`, 125);
  const [uid] = all("--user")[0].split(":").map(Number);
  const ulimits = all("--ulimit").map((text) => `--${text}`);
  const tmpfs = all("--tmpfs").flatMap((text) => {
    const [path, given] = text.split(":");
    return ["--perms", "1777", "--size", /size=(\d+)/.exec(given)[1], "--tmpfs", path];
  });
  const pids = join(state, `${name}.pids`);
  writeFileSync(pids, all("--pids-limit")[0]);
  const [program] = all("--entrypoint");
  const limits = [...ulimits, `--nproc=${all("--pids-limit")[0]}`, `--data=${all("--memory")[0]}`];
  const given = all("--mount").map(parseMount);
  const isRoot = process.getuid() === 0;
  // a daemon is root and sees every directory; bubblewrap here is not
  const mounts = given.map((mount, index) => (isRoot ? { ...mount, source: `/mnt/${index}` } : mount));
  const argv = [
    ...[
      "--unshare-all",
      "--unshare-user",
      "--disable-userns",
      "--die-with-parent",
      "--new-session",
      "--cap-drop",
      "ALL",
    ],
    ...[
      "--uid",
      "1000",
      "--gid",
      "1000",
      "--hostname",
      all("--hostname")[0],
      "--clearenv",
      "--json-status-fd",
      "3",
      "--seccomp",
      "4",
    ],
    ...(all("--network")[0] === "none" ? [] : ["--share-net"]),
    ...[
      "--ro-bind",
      "/usr",
      "/usr",
      "--symlink",
      "usr/bin",
      "/bin",
      "--symlink",
      "usr/lib",
      "/lib",
      "--symlink",
      "usr/lib64",
      "/lib64",
    ],
    ...[
      "--ro-bind-try",
      "/etc/alternatives",
      "/etc/alternatives",
      "--dev",
      "/dev",
      "--remount-ro",
      "/dev",
      "--proc",
      "/proc",
    ],
    ...["--ro-bind", "/proc/sys", "/proc/sys", "--ro-bind", pids, "/sys/fs/cgroup/pids.max", ...tmpfs],
    ...mounts.flatMap(({ source, target, writable }) => [writable ? "--bind" : "--ro-bind", source, target]),
    ...["HOSTNAME=outpost", "IMAGE_VERSION=1", ...all("--env")].flatMap((pair) => {
      const equals = pair.indexOf("=");
      return ["--setenv", pair.slice(0, equals), pair.slice(equals + 1)];
    }),
    ...["--remount-ro", "/", "--chdir", all("--workdir")[0]],
    ...["--", "prlimit", ...limits, "--", program, ...rest],
  ];
  const filter = openSync(process.env.FAKE_FILTER, "r");
  const sources = given.map((mount) => mount.source);
  const before = [
    "--mount",
    "--propagation",
    "private",
    "--",
    "sh",
    "-c",
    bridge,
    "sh",
    String(uid),
    String(sources.length),
  ];
  const [file, prefix] = isRoot
    ? ["/usr/bin/unshare", [...before, ...sources, "/usr/bin/bwrap"]]
    : ["/usr/bin/bwrap", []];
  const child = spawn(file, [...prefix, ...argv], {
    env: { PATH: "/usr/bin:/bin" },
    stdio: [options.has("--interactive") ? "inherit" : "ignore", "inherit", "pipe", "pipe", filter],
  });
  let status = "";
  let said = "";
  child.stdio[3].on("data", (chunk) => {
    status += chunk;
    const init = /"child-pid": (\d+)/.exec(status)?.[1];
    if (init) writeFileSync(join(state, `${name}.init`), init);
  });
  child.stderr.on("data", (chunk) => {
    if (said.length < 1000) said += chunk;
    process.stderr.write(chunk);
  });
  child.once("close", (code, signal) => {
    for (const suffix of ["pids", "init"]) rmSync(join(state, `${name}.${suffix}`), { force: true });
    if (said.includes("Can't chdir")) fail(`chdir to cwd ("${all("--workdir")[0]}") set in config.json failed`, 126);
    if (code === 127 && said.startsWith("prlimit: failed to execute")) {
      fail(`Error response from daemon: exec: "${program}": executable file not found in $PATH`, 127);
    }
    process.exitCode = signal ? 128 + constants.signals[signal] : code;
  });
  process.on("SIGTERM", () => {});
}

function kill(name, signal) {
  let init;
  try {
    init = Number(readFileSync(join(state, `${name}.init`), "utf8"));
  } catch {
    fail(`Error response from daemon: No such container: ${name}`, 1);
  }
  // the engine's init hands SIGTERM on to what it started; the first process of bubblewrap ignores it
  try {
    if (signal === "TERM") process.kill(-init, "SIGTERM");
    else process.kill(init, "SIGKILL");
  } catch {
    // ended meanwhile
  }
}

switch (command) {
  case "version":
    console.log("1.0-stand-in");
    break;
  case "info":
    console.log(process.env.FAKE_OWN_FILTER);
    break;
  case "image":
    if (words.at(-1) !== process.env.FAKE_IMAGE) fail(`Error: No such image: ${words.at(-1)}`, 1);
    console.log("sha256:0123");
    break;
  case "run":
    run();
    break;
  case "kill":
    kill(words.at(-1), words[1]);
    break;
  case "rm":
    for (const name of words.filter((word) => !word.startsWith("-"))) kill(name, "KILL");
    break;
  case "ps":
    for (const name of readdirSync(state)) if (name.endsWith(".init")) console.log(name.slice(0, -5));
    break;
  case "container":
    readFileSync(join(state, `${words.at(-1)}.init`));
    break;
  default:
    fail(`'${command}' is not a docker command`, 125);
}

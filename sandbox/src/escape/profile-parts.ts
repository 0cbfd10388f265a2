// The parts of the profile that keep a command in, each with the case that gets through without it, or why none does.
// For the ablation only: nothing else takes a part away. Does not know how a case is run.
import type { Launch } from "../supervise.ts";

export interface ProfilePart {
  name: string;
  /** The launch as it would be without the part. */
  remove(launch: Launch): Launch;
  /** The case that then gets through. Absent: defence in depth, for the reason. */
  case?: string;
  reason?: string;
  /** Another lock holds unless commands also run as root; the case is run so. */
  asRoot?: true;
}

type Edit = (setUp: string[]) => string[];

const argumentsAt = 1;

/** Changes what is given to bubblewrap through `--args`. */
function editSetUp(edit: Edit): (launch: Launch) => Launch {
  return (launch) => {
    const setUp = decode(launch);
    const changed = edit(setUp);
    if (changed.join("\0") === setUp.join("\0")) throw new Error("the part is not in the profile");
    const bytes = Buffer.from(changed.map((argument) => `${argument}\0`).join(""));
    return { ...launch, descriptors: launch.descriptors.map((entry, at) => (at === argumentsAt ? bytes : entry)) };
  };
}

function decode(launch: Launch): string[] {
  const entry = launch.descriptors[argumentsAt];
  if (!(entry instanceof Uint8Array)) throw new Error("the set-up is not where it was");
  return Buffer.from(entry).toString().split("\0").slice(0, -1);
}

/** Replaces the first run of arguments that reads like `words`; "*" stands for any. */
function swap(words: string, replacement: string): (launch: Launch) => Launch {
  return editSetUp((setUp) => swapIn(setUp, words.split(" "), replacement === "" ? [] : replacement.split(" ")));
}

function swapIn(setUp: string[], words: string[], replacement: string[]): string[] {
  const at = setUp.findIndex((_, start) =>
    words.every((word, offset) => word === "*" || setUp[start + offset] === word),
  );
  return at < 0 ? setUp : [...setUp.slice(0, at), ...replacement, ...setUp.slice(at + words.length)];
}

function withoutNamespace(name: string): (launch: Launch) => Launch {
  const others = ["user", "pid", "ipc", "net", "uts", "cgroup-try"].filter((other) => other !== name);
  return swap("--unshare-all", others.map((other) => `--unshare-${other}`).join(" "));
}

function withoutLimit(option: string): (launch: Launch) => Launch {
  return (launch) => ({ ...launch, arguments: launch.arguments.filter((word) => !word.startsWith(`--${option}=`)) });
}

const showTheWholeSystem = editSetUp((setUp) => {
  const first = setUp.indexOf("--ro-bind");
  const tmp = setUp.findIndex((word, at) => word === "--perms" && setUp[at + 5] === "/tmp");
  return [...setUp.slice(0, first - 4), "--ro-bind", "/", "/", ...setUp.slice(tmp)];
});

const showTheArguments = (launch: Launch): Launch => ({
  ...launch,
  arguments: launch.arguments.flatMap((word, at) =>
    word === "--args" ? decode(launch) : launch.arguments[at - 1] === "--args" ? [] : [word],
  ),
  descriptors: launch.descriptors.map((entry, at) => (at === argumentsAt ? "nothing" : entry)),
});

/** Status, set-up and the files that are opened for it. */
const shareDescriptors = (launch: Launch): Launch => {
  const given = decode(launch).filter((word) => word === "--file" || word === "--seccomp").length + 2;
  return { ...launch, descriptors: launch.descriptors.slice(0, given) };
};

const makeMountsWritable = editSetUp((setUp) => {
  const at = setUp.findLastIndex((word, index) => word === "--ro-bind" && setUp[index + 1] === setUp[index + 2]);
  return [...setUp.slice(0, at), "--bind", ...setUp.slice(at + 1)];
});

export const profileParts: readonly ProfilePart[] = [
  {
    name: "a user of their own for a root server's commands",
    remove: (launch) => launch,
    asRoot: true,
    case: "leave a setuid file of root",
  },
  {
    name: "--unshare-user",
    remove: withoutNamespace("user"),
    reason: "bubblewrap makes one by itself where it is not setuid root",
  },
  { name: "--unshare-pid", remove: withoutNamespace("pid"), case: "see the server's process" },
  { name: "--unshare-ipc", remove: withoutNamespace("ipc"), case: "leave a segment of shared memory" },
  { name: "--unshare-net", remove: withoutNamespace("net"), case: "connect to a TCP service" },
  {
    name: "--unshare-uts, --hostname",
    remove: (launch) => swap("--hostname outpost", "")(withoutNamespace("uts")(launch)),
    case: "learn the host's name",
  },
  {
    name: "--unshare-cgroup",
    remove: withoutNamespace("cgroup-try"),
    reason:
      "no control group file system is mounted; it hides the names of the host's groups where commands are in one",
  },
  { name: "--disable-userns", remove: swap("--disable-userns", ""), case: "make a user namespace" },
  { name: "--die-with-parent", remove: swap("--die-with-parent", ""), case: "outlive a server that is killed" },
  { name: "--new-session", remove: swap("--new-session", ""), case: "open the server's terminal" },
  {
    name: "--uid, --gid",
    remove: (launch) => swap("--uid *", "")(swap("--gid *", "")(launch)),
    reason: "the number inside gives no rights outside; it hides the server's own",
  },
  { name: "--cap-drop ALL", remove: swap("--cap-drop ALL", ""), asRoot: true, case: "keep a capability" },
  { name: "--seccomp", remove: swap("--seccomp *", ""), case: "find a keyring" },
  {
    name: "--clearenv",
    remove: swap("--clearenv", ""),
    reason: "bubblewrap's own environment holds PATH and LANG only",
  },
  {
    name: "bubblewrap's own environment is clean",
    remove: (launch) => ({ ...launch, environment: { ...process.env } as Record<string, string> }),
    case: "read the server's environment",
  },
  { name: "--args through a pipe", remove: showTheArguments, case: "find the host's paths in its arguments" },
  { name: "inherited descriptors are covered", remove: shareDescriptors, case: "read a file that the server has open" },
  { name: "only /usr and a few files of /etc", remove: showTheWholeSystem, case: "find sockets and state of services" },
  {
    name: "--ro-bind /usr",
    remove: swap("--ro-bind /usr /usr", "--bind /usr /usr"),
    asRoot: true,
    case: "have the system writable",
  },
  {
    name: "accounts of our own in /etc",
    remove: swap("--perms 0444 --file * /etc/passwd", "--ro-bind /etc/passwd /etc/passwd"),
    case: "read the accounts of the host",
  },
  {
    name: "--size of /tmp",
    remove: swap("--size * --tmpfs /tmp", "--tmpfs /tmp"),
    case: "fill the memory through /tmp",
  },
  {
    name: "--size of /dev/shm",
    remove: swap("--size * --tmpfs /dev/shm", "--tmpfs /dev/shm"),
    case: "fill the memory through /dev/shm",
  },
  {
    name: "--dev, and its --remount-ro",
    remove: (launch) => swap("--remount-ro /dev", "")(swap("--dev /dev", "--dev-bind /dev /dev")(launch)),
    asRoot: true,
    case: "open devices",
  },
  { name: "--remount-ro /dev", remove: swap("--remount-ro /dev", ""), case: "write beside the devices" },
  {
    name: "--ro-bind /proc/sys",
    remove: swap("--ro-bind /proc/sys /proc/sys", ""),
    asRoot: true,
    case: "write a kernel setting",
  },
  { name: "--remount-ro /", remove: swap("--remount-ro /", ""), case: "write to the system" },
  { name: "read-only mounts", remove: makeMountsWritable, case: "write in a read-only mount" },
  { name: "prlimit --nproc", remove: withoutLimit("nproc"), case: "start more processes than allowed" },
  { name: "prlimit --data", remove: withoutLimit("data"), case: "take more memory than allowed" },
  { name: "prlimit --as", remove: withoutLimit("as"), case: "reserve much more address space than allowed" },
  { name: "prlimit --fsize", remove: withoutLimit("fsize"), case: "write a larger file than allowed" },
  { name: "prlimit --cpu", remove: withoutLimit("cpu"), case: "compute for ever" },
  {
    name: "prlimit --core",
    remove: withoutLimit("core"),
    reason: "a file of the worktree within its own limit, and none at all where the host's limit is 0",
  },
];

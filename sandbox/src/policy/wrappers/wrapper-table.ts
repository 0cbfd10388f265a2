// Programs that run another program: what stands before it, and what the wrapper adds of its own. Data; `unwrap.ts` reads it.
// A wrapper that is given anything but what is listed here is not opened for `allow`, only looked into for what must be denied.
import type { ProgramOrigin, Verdict } from "@outpost/protocol";

export interface Wrapper {
  programs: readonly string[];
  /** Words that must follow first: `npm exec`. */
  subcommands?: readonly string[];
  flags: readonly string[];
  /** Kinds of the arguments between the flags and the program. */
  before?: readonly string[];
  /** Takes NAME=value in front of the program. */
  takesAssignments?: boolean;
  /** Reads flags behind the program as its own unless a "--" comes first. */
  needsDashes?: boolean;
  /** How the inner program is reached then; null: as before. */
  origin?: ProgramOrigin;
  /** What the wrapper means by itself, whatever it runs. */
  verdict: Verdict;
  reason: string;
}

const same = "runs the command it is given";

export const wrappers: readonly Wrapper[] = [
  {
    programs: ["env"],
    flags: ["-i", "--ignore-environment", "-"],
    takesAssignments: true,
    verdict: "allow",
    reason: same,
  },
  {
    programs: ["timeout"],
    flags: [
      "-k=number",
      "--kill-after=number",
      "-s=name",
      "--signal=name",
      "--foreground",
      "--preserve-status",
      "-v",
      "--verbose",
    ],
    before: ["number"],
    verdict: "allow",
    reason: same,
  },
  { programs: ["nice"], flags: ["-n=number", "--adjustment=number"], verdict: "allow", reason: same },
  { programs: ["ionice"], flags: ["-c=number", "-n=number", "-t"], verdict: "allow", reason: same },
  { programs: ["stdbuf"], flags: ["-i=name", "-o=name", "-e=name"], verdict: "allow", reason: same },
  { programs: ["time", "gtime"], flags: ["-p", "-v", "--verbose", "--portability"], verdict: "allow", reason: same },
  { programs: ["nohup"], flags: [], verdict: "ask", reason: "goes on in the background and writes nohup.out" },
  {
    programs: ["setsid"],
    flags: ["-w", "--wait"],
    verdict: "ask",
    reason: "leaves the group of processes it was started in",
  },
  { programs: ["command"], flags: [], verdict: "allow", reason: same },
  {
    programs: ["exec", "builtin"],
    flags: [],
    verdict: "ask",
    reason: "replaces the shell, or reaches past its functions",
  },
  { programs: ["busybox", "toybox"], flags: [], verdict: "ask", reason: "is many programs in one" },
  {
    programs: [
      "chrt",
      "taskset",
      "unshare",
      "nsenter",
      "chroot",
      "prlimit",
      "catchsegv",
      "setarch",
      "linux64",
      "linux32",
      "firejail",
      "bwrap",
      "fakeroot",
      "eatmydata",
      "flock",
      "watch",
      "parallel",
      "entr",
      "strace",
      "ltrace",
      "gdb",
      "valgrind",
      "perf",
      "script",
      "expect",
      "rlwrap",
      "unbuffer",
      "dbus-run-session",
      "xvfb-run",
      "start-stop-daemon",
      "systemd-run",
      "ld.so",
    ],
    flags: [],
    verdict: "ask",
    reason: "runs a command in a way of its own",
  },
  {
    programs: ["sudo", "doas", "su", "runuser", "pkexec", "gosu", "setpriv", "capsh"],
    flags: [],
    verdict: "ask",
    reason: "runs a command as somebody else",
  },
  {
    programs: ["ssh", "rsh", "docker", "podman", "kubectl", "vagrant", "machinectl", "lxc"],
    flags: [],
    verdict: "ask",
    reason: "runs a command in another place",
  },
  {
    programs: ["xargs"],
    flags: ["-0", "--null", "-r", "--no-run-if-empty", "-n=number", "-P=number", "-t", "-I=text", "-L=number"],
    verdict: "ask",
    reason: "runs a command with arguments that nobody has seen",
  },
  // Installed tools of the project.
  {
    programs: ["npx", "pnpx"],
    flags: ["--no-install", "--no", "--offline"],
    origin: "node_modules",
    verdict: "allow",
    reason: same,
  },
  {
    programs: ["npm"],
    subcommands: ["exec", "x"],
    needsDashes: true,
    flags: ["--no", "--offline"],
    origin: "node_modules",
    verdict: "allow",
    reason: same,
  },
  { programs: ["pnpm"], subcommands: ["exec"], flags: [], origin: "node_modules", verdict: "allow", reason: same },
  {
    programs: ["bunx"],
    flags: ["--no-install"],
    origin: "node_modules",
    verdict: "ask",
    reason: "installs what is not there",
  },
  {
    programs: ["poetry", "pipenv", "pdm", "hatch", "rye"],
    subcommands: ["run"],
    flags: [],
    origin: "virtualenv",
    verdict: "allow",
    reason: same,
  },
  {
    programs: ["uv"],
    subcommands: ["run"],
    flags: ["--frozen", "--no-sync", "--offline", "--locked", "-q", "--quiet"],
    origin: "virtualenv",
    verdict: "allow",
    reason: same,
  },
  { programs: ["bundle"], subcommands: ["exec"], flags: [], verdict: "ask", reason: same },
];

export const plainShells: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash"]);
/** Their lines are not all read like those of sh. */
export const otherShells: ReadonlySet<string> = new Set("zsh ksh mksh rbash fish csh tcsh pwsh nu elvish".split(" "));
export const pythons = /^python(?:3(?:\.\d{1,2})?)?$/;

/** Variables that change what a program prints, not what it runs. Everything else in front of a command asks. */
export const harmlessVariables = new Set([
  "CI",
  "NO_COLOR",
  "FORCE_COLOR",
  "CLICOLOR",
  "COLUMNS",
  "LINES",
  "TERM",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "RUST_BACKTRACE",
  "RUST_LOG",
  "CARGO_TERM_COLOR",
  "CARGO_INCREMENTAL",
  "PYTHONDONTWRITEBYTECODE",
  "PYTHONUNBUFFERED",
  "PYTHONHASHSEED",
  "PYTHONUTF8",
  "PYTHONFAULTHANDLER",
  "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
  "NODE_ENV",
  "VITEST",
  "JEST_WORKER_ID",
  "DEBUG",
  "VERBOSE",
  "CGO_ENABLED",
  "GOOS",
  "GOARCH",
  "GOMAXPROCS",
  "GOGC",
  "CTEST_OUTPUT_ON_FAILURE",
  "GTEST_COLOR",
  "GTEST_FILTER",
  "OMP_NUM_THREADS",
  "MAKE_TERMOUT",
  "SOURCE_DATE_EPOCH",
]);
export const harmlessValue = /^[A-Za-z0-9_.,:*=+-]{0,100}$/;

// The port through which every process is started. sandbox implements it; workspace (git) and tools (commands) use it.
// Nobody else in Outpost starts a process for a repository's sake.

export interface ProcessLimits {
  wallClockMs: number;
  /** Bytes of stdout and of stderr kept: the head and the tail; what lies between is counted, not kept. */
  outputBytes: number;
  /** Address space per process, in bytes. */
  memoryBytes: number;
  processes: number;
  /** Bytes of one written file. */
  fileBytes: number;
  /** Bytes of the private /tmp. */
  tmpBytes: number;
  /** Processor time of each process, in seconds; never more than the wall clock on all processors. Absent: that. */
  cpuSeconds?: number;
}

export type OutputListener = (stream: "stdout" | "stderr", chunk: Uint8Array) => void;

export interface Mount {
  /** Absolute, on the host; must exist. */
  source: string;
  /** Absolute, inside. */
  target: string;
  writable: boolean;
}

export interface ProcessSpec {
  /** argv[0] is looked up in PATH inside the sandbox. Never a shell string. */
  argv: readonly string[];
  /** Absolute path inside; below one of `mounts`' targets. */
  cwd: string;
  /** The whole environment besides what the profile sets (PATH, HOME, LANG, TERM, TMPDIR). Nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** What is visible besides the read-only system. No mount point may lie below a writable mount, unless as an existing direct child. */
  mounts: readonly Mount[];
  /** `git`: trusted program on untrusted data; `command`: untrusted program. Both without network and with a clean environment. */
  profile: "git" | "command";
  /** `set-up` commands of an environment may have it; everything else is false. */
  network: boolean;
  /**
   * What it may reach through a proxy, with `network` false: `host`, `*.host`, each with `:port` or without (then 80 and 443). Absent or
   * empty: nothing. Addresses that are not public only when they are named themselves.
   */
  hosts?: readonly string[];
  stdin?: string | Uint8Array;
  limits: ProcessLimits;
  /** Told of each piece as it comes, whatever is kept of it in the end. Must not throw. */
  onOutput?: OutputListener;
  /** Directories that come first in PATH (inside). */
  pathPrefix?: readonly string[];
}

export interface ProcessOutput {
  /** The first and last kept bytes, decoded as UTF-8 with replacement, with a line that says how much is left out. */
  text: string;
  /** The bytes, whole, when `droppedBytes` is 0. */
  bytes: Uint8Array;
  droppedBytes: number;
}

export interface ProcessResult {
  /** Null when the process ended by a signal or never started to run. Null is never 0. */
  exitCode: number | null;
  signal: string | null;
  /** Which limit ended it. */
  ended: "exit" | "signal" | "wall_clock" | "output" | "disk" | "aborted";
  stdout: ProcessOutput;
  stderr: ProcessOutput;
  durationMs: number;
}

export interface ProcessRunner {
  /**
   * Runs to the end; the whole process tree is gone when it resolves. A non-zero exit is a value. Rejects with `unavailable` when
   * the sandbox is not there or its self-test failed (the message says why and how to mend it), `invalid_input` for a spec that
   * breaks its rules, `not_found` when the program does not exist inside. Never runs anything outside the sandbox, except the
   * `git` profile with the hardened configuration where the sandbox is absent, and commands where the operator declared that the
   * surroundings are the sandbox.
   */
  run(spec: ProcessSpec, signal?: AbortSignal): Promise<ProcessResult>;
  /** Whether `command` runs are possible, and if not, why and what to do. */
  availability(): { ready: boolean; reason: string };
}

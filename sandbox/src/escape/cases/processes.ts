// Other processes, and what a command must not leave behind or learn of its host.
import { type EscapeCase, perl } from "./escape-case.ts";

export const processCases: readonly EscapeCase[] = [
  { name: "see the server's process", script: '[ -e "/proc/$SERVER_PID/status" ] && echo ESCAPED', control: true },
  { name: "signal the server", script: 'kill -0 "$SERVER_PID" && echo ESCAPED', control: true },
  {
    name: "signal every process",
    script: "(trap '' CONT; kill -CONT -1); kill -0 1 && [ \"$(cat /proc/1/comm)\" != bwrap ] && echo ESCAPED",
    control: false,
  },
  {
    name: "read the memory of the sandbox's first process",
    script: "head -c 1 /proc/1/mem && echo ESCAPED",
    control: false,
  },
  {
    name: "read its open files",
    script:
      'for f in /proc/1/fd/*; do [ ! -p "$f" ] && [ -n "$(head -c 1 "$f")" ] && echo ESCAPED "$(readlink "$f")"; done',
    control: false,
  },
  {
    name: "find the host's paths in its arguments",
    script: 'tr "\\0" "\\n" < /proc/1/cmdline | grep -qF "$(dirname "$OUTSIDE")" && echo ESCAPED',
    control: false,
  },
  {
    name: "push input into a terminal",
    needs: "perl",
    script: perl('open(T, "+<", "/dev/tty") and ioctl(T, 0x5412, "x") and print "ESCAPED"'),
    control: false,
  },
  {
    name: "gain privileges by a setuid program",
    script: "grep -q 'NoNewPrivs:.*1' /proc/self/status || echo ESCAPED",
    control: true,
  },
  {
    name: "keep a capability",
    script: "grep -qE '^Cap(Eff|Prm|Bnd|Amb):.*[1-9a-f]' /proc/self/status && echo ESCAPED",
    control: false,
  },
  { name: "raise the process limit", script: "prlimit --pid $$ --nproc=unlimited && echo ESCAPED", control: false },
  { name: "leave a process behind", script: 'setsid sleep "$MARKER" </dev/null >/dev/null 2>&1 &', control: false },
  {
    name: "leave a daemon behind",
    needs: "perl",
    script: perl(
      'use POSIX; exit if fork; POSIX::setsid(); exit if fork; close($_) for \\*STDIN, \\*STDOUT, \\*STDERR; exec "sleep", $ENV{MARKER}',
    ),
    control: false,
  },
  { name: "leave a file in the shared memory", script: ': > "/dev/shm/$MARKER"; : > "/tmp/$MARKER"', control: false },
  { name: "leave a setuid file of root", script: "cp /usr/bin/id setuid && chmod 4755 setuid", control: false },
  {
    name: "read the server's environment",
    script: "cat /proc/[0-9]*/environ | grep -q OUTPOST_RANGE_SECRET && echo ESCAPED",
    control: false,
  },
  {
    name: "read a file that the server has open",
    script: 'for f in /proc/self/fd/*; do [ -f "$f" ] && grep -qs "secret of the range" "$f" && echo ESCAPED; done',
    control: false,
  },
  { name: "open the server's terminal", script: "(: < /dev/tty) && echo ESCAPED", control: false },
  {
    name: "learn the host's name",
    script: '[ "$(cat /proc/sys/kernel/hostname)" = "$HOST_NAME" ] && echo ESCAPED',
    control: true,
  },
  {
    name: "learn the host's control group",
    script: "grep -q outpost /proc/self/cgroup && echo ESCAPED",
    control: false,
  },
  {
    name: "leave a segment of shared memory",
    needs: "perl",
    script: perl("shmget($ENV{MARKER} % 2147483647, 4096, 0666 | 512)"),
    control: false,
  },
  {
    name: "trace a process outside",
    needs: "perl",
    architecture: "x64",
    // PTRACE_SEIZE stops nothing
    script: perl('print "ESCAPED" if syscall(101, 0x4206, $ENV{SERVER_PID} + 0, 0, 0) != -1'),
    control: false,
  },
];

// Things that a command must not be able to do, as data for the escape tests. Each script prints "ESCAPED" where it got through.
// The variables: OUTSIDE a directory beside the worktree, SECRET a readable file in it, SERVER_HOME, SERVER_PID, TCP_PORT, UDP_PORT,
// UNIX_SOCKET (a path), ABSTRACT_SOCKET (a name), MARKER a number that nothing else has.

export interface EscapeCase {
  name: string;
  script: string;
  /** The same script gets through outside the sandbox, which shows that it can. */
  control: boolean;
  /** Programs or conditions without which the case says nothing. */
  needs?: "perl" | "bash";
  /** Only where the numbers of system calls are these. */
  architecture?: "x64";
}

const perl = (code: string) => `perl -MSocket -e '${code}' 2>/dev/null`;
const systemCall = (...numbers: number[]) => perl(`print "ESCAPED" if syscall(${numbers.join(", ")}) != -1`);

export const escapeCases: readonly EscapeCase[] = [
  { name: "write a file outside", script: 'echo x > "$OUTSIDE/a" && echo ESCAPED', control: true },
  { name: "write through a link", script: 'ln -s "$OUTSIDE" l; echo x > l/b && echo ESCAPED', control: true },
  { name: "write through a link to a file", script: 'ln -s "$SECRET" f; echo x >> f && echo ESCAPED', control: true },
  {
    name: "write through /proc/self/root",
    script: 'echo x > "/proc/self/root$OUTSIDE/c" && echo ESCAPED',
    control: true,
  },
  { name: "write through /proc/1/root", script: 'echo x > "/proc/1/root$OUTSIDE/d" && echo ESCAPED', control: false },
  { name: "write through /proc/1/cwd", script: 'echo x > "/proc/1/cwd/usr/e" && echo ESCAPED', control: false },
  { name: "overwrite the sandbox's own program", script: "(: >> /proc/1/exe) && echo ESCAPED", control: false },
  {
    name: "write to the system",
    script: "for d in / /usr /usr/bin /etc /lib; do (: > $d/x) && echo ESCAPED; done",
    control: false,
  },
  { name: "read a file outside", script: 'cat "$SECRET" && echo ESCAPED', control: true },
  { name: "read it through a link", script: 'ln -s "$SECRET" s; cat s && echo ESCAPED', control: true },
  { name: "link a file in", script: 'ln "$SECRET" hard && echo ESCAPED', control: true },
  { name: "move a file in", script: 'mv "$OUTSIDE/movable" here && echo ESCAPED', control: true },
  { name: "list the directory outside", script: 'ls "$OUTSIDE" && echo ESCAPED', control: true },
  { name: "climb with dots", script: 'cat "../../../../../../../..$SECRET" && echo ESCAPED', control: true },
  { name: "read the password hashes", script: "cat /etc/shadow /etc/shadow- && echo ESCAPED", control: false },
  { name: "read the accounts of the host", script: "grep -q daemon /etc/passwd && echo ESCAPED", control: false },
  { name: "list the server's home", script: '[ -n "$(ls -A "$SERVER_HOME")" ] && echo ESCAPED', control: true },
  {
    name: "find sockets and state of services",
    script:
      'for d in /run /var /root /home /srv /mnt /opt /sys /boot; do [ -n "$(ls -A $d)" ] && echo ESCAPED $d; done',
    control: true,
  },
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
    name: "connect to a TCP service",
    needs: "bash",
    script: 'bash -c ": < /dev/tcp/127.0.0.1/$TCP_PORT" && echo ESCAPED',
    control: true,
  },
  {
    name: "connect by the name localhost",
    needs: "bash",
    script: 'bash -c ": < /dev/tcp/localhost/$TCP_PORT" && echo ESCAPED',
    control: true,
  },
  {
    name: "reach the cloud's metadata",
    needs: "bash",
    script: 'timeout 3 bash -c ": < /dev/tcp/169.254.169.254/80" && echo ESCAPED',
    control: false,
  },
  { name: "resolve a name", script: "timeout 3 getent ahosts example.com && echo ESCAPED", control: false },
  {
    name: "find a network interface",
    script: "sed 1,2d /proc/net/dev | grep -v ' lo:' && echo ESCAPED",
    control: false,
  },
  {
    name: "send a datagram",
    needs: "perl",
    script: perl(
      'socket(S, PF_INET, SOCK_DGRAM, 0); send(S, "datagram", 0, sockaddr_in($ENV{UDP_PORT}, inet_aton("127.0.0.1")))',
    ),
    control: false,
  },
  {
    name: "connect to a socket file",
    needs: "perl",
    script: perl(
      'socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, pack_sockaddr_un($ENV{UNIX_SOCKET})) and print "ESCAPED"',
    ),
    control: true,
  },
  {
    name: "connect to an abstract socket",
    needs: "perl",
    script: perl(
      'socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, pack("Sxa107", 1, $ENV{ABSTRACT_SOCKET})) and print "ESCAPED"',
    ),
    control: true,
  },
  {
    name: "open a socket of the virtual machine",
    needs: "perl",
    script: perl('socket(S, 40, SOCK_STREAM, 0) and print "ESCAPED"'),
    control: false,
  },
  {
    name: "open a raw socket",
    needs: "perl",
    script: perl('socket(S, PF_INET, SOCK_RAW, 1) and print "ESCAPED"'),
    control: false,
  },
  {
    name: "open a packet socket",
    needs: "perl",
    script: perl('socket(S, 17, SOCK_RAW, 0) and print "ESCAPED"'),
    control: false,
  },
  { name: "remount the system writable", script: "mount -o remount,rw,bind /usr && echo ESCAPED", control: false },
  { name: "remount the root writable", script: "mount -o remount,rw / && echo ESCAPED", control: false },
  { name: "mount a file system", script: "mount -t tmpfs none /tmp && echo ESCAPED", control: false },
  { name: "take a mount away", script: "umount -l /proc/sys && echo ESCAPED", control: false },
  { name: "make a user namespace", script: "unshare --user true && echo ESCAPED", control: true },
  {
    name: "become root in a user namespace",
    script: "unshare --user --map-root-user --mount true && echo ESCAPED",
    control: true,
  },
  { name: "enter another namespace", script: "nsenter --target 1 --mount true && echo ESCAPED", control: false },
  { name: "change the root directory", script: "chroot / true && echo ESCAPED", control: false },
  {
    name: "write a kernel setting",
    script: 'v=$(cat /proc/sys/kernel/core_pattern); echo "$v" > /proc/sys/kernel/core_pattern && echo ESCAPED',
    control: false,
  },
  {
    name: "write a setting of the memory",
    script: 'v=$(cat /proc/sys/vm/swappiness); echo "$v" > /proc/sys/vm/swappiness && echo ESCAPED',
    control: false,
  },
  { name: "use the system request key", script: "echo h > /proc/sysrq-trigger && echo ESCAPED", control: false },
  {
    name: "make a device",
    script: "mknod disk b 254 0 && echo ESCAPED; mknod memory c 1 1 && echo ESCAPED",
    control: false,
  },
  {
    name: "open devices",
    script: "for d in /dev/vda /dev/sda /dev/mem /dev/kmsg /dev/fuse /dev/kvm; do head -c 1 $d && echo ESCAPED; done",
    control: false,
  },
  {
    name: "push input into a terminal",
    needs: "perl",
    script: perl('open(T, "+<", "/dev/tty") and ioctl(T, 0x5412, "x") and print "ESCAPED"'),
    control: false,
  },
  { name: "set the host's name", script: "hostname intruder && echo ESCAPED", control: false },
  { name: "set the clock", script: "date -s 2001-01-01 && echo ESCAPED", control: false },
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
  {
    name: "take the worktree away",
    script: 'mv "$PWD" /tmp/moved && echo ESCAPED; rmdir "$PWD" && echo ESCAPED',
    control: false,
  },
  { name: "read the kernel log", script: "dmesg && echo ESCAPED", control: false },
  { name: "find a keyring", needs: "perl", architecture: "x64", script: systemCall(250, 0, -3, 1), control: true },
  {
    name: "use io_uring",
    needs: "perl",
    architecture: "x64",
    script: perl('my $p = "\\0" x 120; print "ESCAPED" if syscall(425, 1, $p) != -1'),
    control: false,
  },
  {
    name: "use BPF",
    needs: "perl",
    architecture: "x64",
    script: perl('my $p = pack("L5x108", 1, 4, 4, 1, 0); print "ESCAPED" if syscall(321, 0, $p, 128) != -1'),
    control: false,
  },
  {
    name: "make a user fault descriptor",
    needs: "perl",
    architecture: "x64",
    script: systemCall(323, 1),
    control: false,
  },
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
];

// Files and directories that a command must not read or write.
import { type EscapeCase, perl } from "./escape-case.ts";

export const fileCases: readonly EscapeCase[] = [
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
  {
    name: "take the worktree away",
    script: 'mv "$PWD" /tmp/moved && echo ESCAPED; rmdir "$PWD" && echo ESCAPED',
    control: false,
  },
  { name: "have the system writable", script: "[ -w /usr ] && echo ESCAPED", control: false },
  { name: "write in a read-only mount", script: '(: > "$TOOLCHAIN/x") && echo ESCAPED', control: false },
  {
    name: "change a program of a read-only mount",
    script: '(echo x >> "$TOOLCHAIN/tool") && echo ESCAPED; chmod 777 "$TOOLCHAIN/tool" && echo ESCAPED',
    control: false,
  },
  { name: "write beside the devices", script: "(: > /dev/x) && echo ESCAPED", control: false },
  {
    name: "replace the accounts inside",
    script: "(: > /etc/passwd) && echo ESCAPED; rm -f /etc/passwd && echo ESCAPED",
    control: false,
  },
  {
    name: "reach outside through the root of another process",
    script: 'for p in /proc/[0-9]*; do cat "$p/root$SECRET" && echo ESCAPED; done',
    control: true,
  },
  {
    name: "keep the worktree's parent open and climb",
    needs: "perl",
    script: perl(
      'chdir(".."); opendir(D, "."); my @names = grep { !/^\\./ } readdir D; print "ESCAPED" if grep { /^probe-sibling/ } @names',
    ),
    control: true,
  },
];

// Interfaces of the kernel that a command must not use.
import { type EscapeCase, perl, systemCall } from "./escape-case.ts";

export const kernelCases: readonly EscapeCase[] = [
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
    script: "for d in vda sda mem kmsg fuse kvm vsock userfaultfd; do (: < /dev/$d) && echo ESCAPED; done",
    control: false,
  },
  { name: "set the host's name", script: "hostname intruder && echo ESCAPED", control: false },
  { name: "set the clock", script: "date -s 2001-01-01 && echo ESCAPED", control: false },
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
];

// Assembles the system call filter that commands run under, as a classic BPF program.
// Covered: kernel interfaces that no namespace fences off (keyrings, BPF, performance counters, userfaultfd, io_uring, kernel log,
// mounts, modules, file handles), and socket families other than Unix, IPv4, IPv6 and netlink (a virtual machine's vsock reaches its
// host past the network namespace). Not covered: processors other than x86-64 and arm64, where there is no filter; ptrace, which
// debuggers need and which ends at the sandbox's own processes.

interface Architecture {
  /** AUDIT_ARCH_* of linux/audit.h. */
  audit: number;
  socketCalls: number[];
  deniedCalls: number[];
  /** Numbers from here on belong to another calling convention. */
  firstForeignCall?: number;
}

// the same on both: io_uring (3), open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr
const commonCalls = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442];

const architectures: Record<string, Architecture> = {
  x64: {
    audit: 0xc000003e,
    socketCalls: [41, 53],
    // syslog, pivot_root, acct, mount, umount2, swapon, swapoff, reboot, init_module, delete_module, quotactl, kexec_load, add_key,
    // request_key, keyctl, perf_event_open, open_by_handle_at, finit_module, kexec_file_load, bpf, userfaultfd
    deniedCalls: [
      103, 155, 163, 165, 166, 167, 168, 169, 175, 176, 179, 246, 248, 249, 250, 298, 304, 313, 320, 321, 323,
    ].concat(commonCalls),
    firstForeignCall: 0x40000000,
  },
  arm64: {
    audit: 0xc00000b7,
    socketCalls: [198, 199],
    // umount2, mount, pivot_root, quotactl, acct, kexec_load, init_module, delete_module, syslog, reboot, add_key, request_key,
    // keyctl, swapon, swapoff, perf_event_open, open_by_handle_at, finit_module, bpf, userfaultfd, kexec_file_load
    deniedCalls: [
      39, 40, 41, 60, 89, 104, 105, 106, 116, 142, 217, 218, 219, 224, 225, 241, 265, 273, 280, 282, 294,
    ].concat(commonCalls),
  },
};

const allowedFamilies = [1, 2, 10, 16];

const loadWord = 0x20;
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const giveBack = 0x06;
const allow = 0x7fff0000;
const refuse = (errno: number) => (0x00050000 | errno) >>> 0;
const notPermitted = 1;
const noSuchCall = 38;
const noSuchFamily = 97;

/** The program for `--seccomp`, or undefined where there is no table for the processor. */
export function assembleSeccompFilter(architectureName: string): Uint8Array | undefined {
  const architecture = architectures[architectureName];
  if (!architecture) return undefined;
  const program: number[][] = [];
  const add = (code: number, k: number, whenTrue = 0, whenFalse = 0) => program.push([code, whenTrue, whenFalse, k]);
  add(loadWord, 4);
  add(jumpIfEqual, architecture.audit, 1, 0);
  add(giveBack, refuse(noSuchCall));
  add(loadWord, 0);
  if (architecture.firstForeignCall !== undefined) {
    add(jumpIfAtLeast, architecture.firstForeignCall, 0, 1);
    add(giveBack, refuse(noSuchCall));
  }
  for (const call of architecture.deniedCalls) {
    add(jumpIfEqual, call, 0, 1);
    add(giveBack, refuse(notPermitted));
  }
  const [socket = 0, socketPair = 0] = architecture.socketCalls;
  add(jumpIfEqual, socket, 2, 0);
  add(jumpIfEqual, socketPair, 1, 0);
  add(giveBack, allow);
  // the first argument's low half: the family
  add(loadWord, 16);
  for (const family of allowedFamilies) {
    add(jumpIfEqual, family, 0, 1);
    add(giveBack, allow);
  }
  add(giveBack, refuse(noSuchFamily));
  return encode(program);
}

function encode(program: number[][]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code = 0, whenTrue = 0, whenFalse = 0, k = 0]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(whenTrue, index * 8 + 2);
    bytes.writeUInt8(whenFalse, index * 8 + 3);
    bytes.writeUInt32LE(k, index * 8 + 4);
  }
  return bytes;
}

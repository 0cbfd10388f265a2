// What an escape case is. Each script prints "ESCAPED" where it got through; the range looks for damage besides.
// The variables: OUTSIDE a directory beside the worktree, SECRET a readable file in it, SERVER_HOME, SERVER_PID, TCP_PORT, UDP_PORT,
// UNIX_SOCKET (a path), ABSTRACT_SOCKET (a name), MARKER a number that nothing else has, HOST_NAME, TOOLCHAIN a read-only mount.
// The limits are the range's: 64 processes, 256 MB of memory, 32 MB of /tmp, 16 MB a file.

export interface EscapeCase {
  name: string;
  script: string;
  /** The same script gets through outside the sandbox, which shows that it can. */
  control: boolean;
  /** Programs without which the case says nothing. */
  needs?: "perl" | "bash";
  /** Only where the numbers of system calls are these. */
  architecture?: "x64";
}

export const perl = (code: string) => `perl -MSocket -e '${code}' 2>/dev/null`;
export const systemCall = (...numbers: number[]) => perl(`print "ESCAPED" if syscall(${numbers.join(", ")}) != -1`);

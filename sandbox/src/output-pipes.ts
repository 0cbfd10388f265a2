// Real pipes for a command's output. Node itself gives a child a socket, and a socket cannot be opened again by name: scripts that
// write to /dev/stdout or /dev/stderr would fail.
// Keeps a few nameless FIFOs and opens them anew for each command. A FIFO is handed out again only after both of its ends were closed.
import { chmodSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { execa } from "execa";

export interface OutputPipe {
  /** For the child; the caller closes it when the child has it. */
  writeDescriptor: number;
  /** Ends when nobody can write any more. */
  stream: Socket;
  /** After the stream has ended. */
  release(): void;
}

export interface OutputPipes {
  /** Undefined where no FIFO can be made; a child then gets what Node gives it. */
  take(): Promise<OutputPipe | undefined>;
}

const pathOnly = 0o10000000;

/** `directory`: where FIFOs may be made; their names are gone again at once. */
export function createOutputPipes(directory: string): OutputPipes {
  const free: number[] = [];
  return {
    async take() {
      const anchor = free.pop() ?? (await makeFifo(directory));
      if (anchor === undefined) return undefined;
      const name = `/proc/self/fd/${anchor}`;
      // the reader first, without waiting; with a reader the writer need not wait either
      const readDescriptor = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
      const writeDescriptor = openSync(name, constants.O_WRONLY);
      const stream = new Socket({ fd: readDescriptor, readable: true, writable: false });
      return { writeDescriptor, stream, release: () => void free.push(anchor) };
    },
  };
}

/** A descriptor that only stands for the FIFO: neither end is open through it. */
async function makeFifo(directory: string): Promise<number | undefined> {
  const place = mkdtempSync(join(directory, "pipe-"));
  try {
    const path = join(place, "pipe");
    const made = await execa("/usr/bin/mkfifo", [path], { env: {}, extendEnv: false, stdin: "ignore", reject: false });
    if (made.exitCode !== 0) return undefined;
    // the command opens it as another user; nobody else can find it
    chmodSync(path, 0o666);
    return openSync(path, pathOnly);
  } finally {
    rmSync(place, { recursive: true });
  }
}

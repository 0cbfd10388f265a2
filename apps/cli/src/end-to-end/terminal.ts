// A person at a real terminal: tmux, in which a shell runs; keys go in, the screen comes out. Knows nothing of what runs there.
import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const waitMs = 60_000;
const pollMs = 100;

export interface Terminal {
  /** What stands on the screen, without empty lines; with `colours` as escape sequences. */
  screen(options?: { colours: boolean }): string;
  /** Types a line and Enter, and waits until what follows it on the screen ends with what is expected. Rejects with the screen. */
  type(line: string, expected: RegExp): Promise<string>;
  close(): void;
}

export function hasTerminal(): boolean {
  return spawnSync("tmux", ["-V"]).status === 0;
}

export async function openTerminal(cwd: string, env: Record<string, string>): Promise<Terminal> {
  const socket = `outpost-test-${process.pid}`;
  const tmux = (...argv: string[]): string => {
    const { status, stdout, stderr } = spawnSync("tmux", ["-L", socket, "-f", "/dev/null", ...argv], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", ...env },
    });
    if (status !== 0) throw new Error(`tmux ${argv[0]}: ${stderr}`);
    return stdout;
  };
  const screen = ({ colours } = { colours: false }): string =>
    tmux("capture-pane", "-p", "-S", "-", ...(colours ? ["-e"] : []))
      .split("\n")
      .filter((line) => line.trim() !== "")
      .join("\n");
  const waitFor = async (isThere: () => boolean, what: string): Promise<void> => {
    for (const deadline = Date.now() + waitMs; !isThere(); await sleep(pollMs))
      if (Date.now() > deadline) throw new Error(`the terminal did not show ${what} in time:\n${screen()}`);
  };
  tmux("new-session", "-d", "-x", "140", "-y", "50", "-c", cwd, "env", "PS1=$ ", "bash", "--norc", "--noprofile");
  await waitFor(() => screen().endsWith("$"), "a prompt");
  return {
    screen,
    async type(line, expected) {
      const before = screen().length;
      if (line !== "") tmux("send-keys", "-l", line);
      tmux("send-keys", "Enter");
      await waitFor(() => expected.test(screen().slice(before)), String(expected));
      return screen().slice(before);
    },
    close() {
      tmux("kill-server");
    },
  };
}

// Where a server and the CLI on the same machine find each other. Pure: the surroundings come in.
import { z } from "zod";

/** In the data directory; names the server's process and address while one runs. */
export const lockFileName = "server.lock";
/** In the data directory, mode 0600: the token of the machine's own user. */
export const tokenFileName = "token";
/** How Node.js runs the server and its workers: what is young is collected early, so that a flood of small requests does not grow it (by 30 MB, measured). */
export const serverNodeFlags: readonly string[] = ["--max-semi-space-size=2"];
/**
 * What the C library below is told, as the environment of the server and its children: freed memory goes back to the system. glibc begins
 * with this number of bytes, but learns a larger one from every large buffer that is freed; then an idle server keeps 43 MB more, and a
 * worker 20 (measured, before workers had the flag above).
 */
export const serverEnvironment: Readonly<Record<string, string>> = { MALLOC_TRIM_THRESHOLD_: "131072" };

export const ServerLock = z.object({ pid: z.int(), startTicks: z.string(), url: z.string().nullable() });
export type ServerLock = z.infer<typeof ServerLock>;

/** Root keeps its data where the unprivileged user of the sandbox can reach the worktrees. */
export function defaultDataDirectory(surroundings: {
  uid: number;
  home: string;
  xdgDataHome: string | undefined;
}): string {
  if (surroundings.uid === 0) return "/var/lib/outpost";
  return `${surroundings.xdgDataHome || `${surroundings.home}/.local/share`}/outpost`;
}

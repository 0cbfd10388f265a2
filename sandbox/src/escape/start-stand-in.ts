// Starts a stand-in for a server as a process of its own. For the escape tests only.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { canReach } from "../identity.ts";
import type { StandInReport, StandInRequest } from "./server-stand-in.ts";

export interface StandInStart {
  request: StandInRequest;
  uid?: number;
  env?: Record<string, string>;
  /** Becomes descriptor 30. */
  descriptor?: number;
  /** With a terminal of its own (by util-linux's `script`). */
  hasTerminal?: boolean;
}

const program = fileURLToPath(new URL("./server-stand-in.ts", import.meta.url));
const ordinaryUid = 54_321;

/** Undefined where the test cannot become an ordinary user, or that user cannot read the program. */
export function findOrdinaryUid(): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return canReach(program, { uid: ordinaryUid, gid: ordinaryUid, isSwitched: true }) ? ordinaryUid : undefined;
}

/** `report` rejects with the output when there is no report in it. */
export function startStandIn(start: StandInStart): { child: ChildProcess; report: Promise<StandInReport> } {
  const { uid, descriptor } = start;
  const extra = descriptor === undefined ? [] : [...Array.from({ length: 27 }, () => "ignore" as const), descriptor];
  const command = [process.execPath, "--import", "tsx", program, JSON.stringify(start.request)];
  const [file = "", ...rest] = start.hasTerminal
    ? ["/usr/bin/script", "-qec", command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" "), "/dev/null"]
    : command;
  const child = spawn(file, rest, {
    env: { PATH: "/usr/bin:/bin", HOME: "/nonexistent", ...start.env },
    stdio: ["ignore", "pipe", "pipe", ...extra],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const report = new Promise<StandInReport>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      const line = output.split("\n").find((candidate) => candidate.startsWith('{"uid"'));
      if (line) resolve(JSON.parse(line));
      else reject(new Error(output));
    });
  });
  return { child, report };
}

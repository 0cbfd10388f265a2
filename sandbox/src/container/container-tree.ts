// How a container is ended. The engine's client only watches it; what ends it is the engine, by name.
// Covered: the container is asked, then killed, then removed, whether the client lives or not. Not covered: a daemon that dies at that
// moment, and a server process that is killed; left-containers.ts removes what they leave at the next start of one.
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessTree } from "../process-tree.ts";
import type { ContainerEngine } from "./container-engine.ts";

const maxRemovals = 20;
const removalPauseMs = 250;

/** `client`: the process id of `docker run`. */
export function createContainerTree(engine: ContainerEngine, name: string, client: number): ProcessTree {
  let isUnwanted = false;
  const ask = (...words: string[]) => callEngine(engine, words);
  return {
    holdsPipes: true,
    learn() {},
    terminate() {
      isUnwanted = true;
      void ask("kill", "--signal", "TERM", name);
    },
    kill() {
      isUnwanted = true;
      // the client waits for ever for a container that was never made
      void ask("kill", "--signal", "KILL", name).then((code) => code === 0 || endClient(client));
    },
    async gone() {
      if (!isUnwanted) return;
      // the engine may still be making it: it is gone when there is none of that name any more
      for (let round = 0; round < maxRemovals; round++) {
        await ask("rm", "--force", name);
        if ((await ask("container", "inspect", name)) !== 0) return;
        await sleep(removalPauseMs);
      }
    },
  };
}

function endClient(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // ended meanwhile
  }
}

/** The exit code; 1 when it could not be started. */
function callEngine(engine: ContainerEngine, words: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(engine.path, [...words], { env: { ...engine.environment }, cwd: "/", stdio: "ignore" });
    child.once("error", () => resolve(1));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

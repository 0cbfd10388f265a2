// One task by the floor: a process of its own in a fresh copy of the repository.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OutpostError } from "@outpost/protocol";
import { chatsPerTask, files, instruction, model } from "./scenario.ts";
import { monotonicMs, type WireClock } from "./wire-clock.ts";

export interface FloorRound {
  firstRequestMs: number;
  /** Between a reply's end and the next request: read, edit, run. */
  stepsMs: number[];
  /** From the last reply's end to the process's. */
  endMs: number;
}

const program = fileURLToPath(new URL("./floor.mjs", import.meta.url));

export async function measureFloor(clock: WireClock, url: string): Promise<FloorRound> {
  const folder = mkdtempSync(join(tmpdir(), "outpost-floor-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const before = clock.chats(url).length;
    const startedMs = monotonicMs();
    const exitCode = await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, url, model, instruction], { cwd: folder, stdio: "ignore" });
      child.once("error", reject);
      child.once("exit", resolve);
    });
    const exitedMs = monotonicMs();
    if (exitCode !== 0) throw new OutpostError("internal", `the floor ended with ${exitCode}`);
    if (!readFileSync(join(folder, "src/total.js"), "utf8").includes("line.quantity"))
      throw new OutpostError("internal", "the floor did not make the change");
    const chats = clock.chats(url).slice(before);
    if (chats.length !== chatsPerTask) throw new OutpostError("internal", `the floor made ${chats.length} requests`);
    const ends = chats.map(({ endMs }) => endMs ?? exitedMs);
    return {
      firstRequestMs: (chats[0]?.startMs ?? 0) - startedMs,
      stepsMs: chats.slice(1).map(({ startMs }, index) => startMs - (ends[index] ?? 0)),
      endMs: exitedMs - (ends.at(-1) ?? 0),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

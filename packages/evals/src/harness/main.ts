// `npm run bench:harness -- [--rounds N] [--json] [--no-memory] [--dist PATH]`: what Outpost adds to a model's own time, beside a 30-line
// loop that does the same task on the same repository with the same replies. Builds dist/ first, unless told which bundles to run.
import "../report-failure.ts";
import { chmodSync } from "node:fs";
import { parseArgs } from "node:util";
import { OutpostError } from "@outpost/protocol";
import { createTempRepository, startOllamaTestServer } from "@outpost/testkit";
import { type HarnessResult, judge } from "./judge.ts";
import { type FloorRound, measureFloor } from "./measure-floor.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureOutpost, type OutpostRound } from "./measure-outpost.ts";
import { describePrompts } from "./prompts.ts";
import { formatResult } from "./report.ts";
import { chatsPerTask, files, scriptFor } from "./scenario.ts";
import { buildBundles, registerAndIndex, startBenchServer } from "./server-process.ts";
import { startWireClock } from "./wire-clock.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    json: { type: "boolean", default: false },
    "no-memory": { type: "boolean", default: false },
    dist: { type: "string" },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
  throw new OutpostError("invalid_input", `--rounds ${values.rounds} is not a number from 1 to 1000`);

async function measureRounds(dist: string): Promise<Omit<HarnessResult, "memory">> {
  const clock = startWireClock();
  // One task before the first round warms either up.
  const forFloor = await startOllamaTestServer(scriptFor(rounds + 1));
  const forOutpost = await startOllamaTestServer(scriptFor(rounds + 1));
  const sample = await createTempRepository(files);
  // A temporary folder is private; git of a server that is root runs as an ordinary user.
  chmodSync(sample.path, 0o755);
  const server = await startBenchServer(dist, { "ollama-url": forOutpost.url, "log-level": "debug" });
  try {
    const repository = await registerAndIndex(server, sample.path);
    const floor: FloorRound[] = [];
    const outpost: OutpostRound[] = [];
    for (let round = 0; round <= rounds; round++) {
      floor.push(await measureFloor(clock, forFloor.url));
      outpost.push(await measureOutpost(clock, forOutpost.url, server, repository));
    }
    const prompts = describePrompts(forOutpost.chats.slice(-chatsPerTask));
    return { floor: floor.slice(1), outpost: outpost.slice(1), prompts };
  } finally {
    await server.close();
    clock.stop();
    await sample.remove();
    await forFloor.close();
    await forOutpost.close();
  }
}

const dist = values.dist ?? buildBundles();
const measured = await measureRounds(dist);
const result = { ...measured, memory: values["no-memory"] ? null : await measureMemory(dist) };
console.log(values.json ? JSON.stringify({ goals: judge(result), ...result }) : formatResult(result));

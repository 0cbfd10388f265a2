// `npm run bench:queue -- [--tasks N] [--workers 1,2,4,8] [--json] [--dist PATH]`: how many tasks a second go through the queue with a model
// that answers at once, what a task takes in the database, and how long POST /v1/tasks takes meanwhile; beside bare inserts as the floor.
// Builds dist/ first, unless told which bundles to run.
import "../report-failure.ts";
import { parseArgs } from "node:util";
import { OutpostError } from "@outpost/protocol";
import { buildBundles } from "../harness/server-process.ts";
import { type DrainResult, measureDrain } from "./measure-drain.ts";
import { measureFloor } from "./measure-floor.ts";

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "100" },
    workers: { type: "string", default: "1,2,4,8" },
    json: { type: "boolean", default: false },
    dist: { type: "string" },
  },
});
const tasks = Number(values.tasks);
const workers = values.workers.split(",").map(Number);
if (!Number.isInteger(tasks) || tasks < 10 || tasks > 10_000)
  throw new OutpostError("invalid_input", `--tasks ${values.tasks} is not a number from 10 to 10000`);
if (workers.some((count) => !Number.isInteger(count) || count < 1 || count > 64))
  throw new OutpostError("invalid_input", `--workers ${values.workers} is not a list of numbers from 1 to 64`);

const dist = values.dist ?? buildBundles();
const floor = measureFloor(1000);
const drains: DrainResult[] = [];
for (const count of workers) drains.push(await measureDrain({ dist, workers: count, tasks }));

const rows = drains.map((drain) =>
  [
    drain.workers,
    drain.tasksPerSecond.toFixed(2),
    drain.postMedianMs.toFixed(1),
    drain.postP99Ms.toFixed(1),
    drain.bytesPerTask,
  ].join(" | "),
);
const text = [
  `bare SQLite, synchronous FULL: ${floor.insertsPerSecond.toFixed(0)} inserts a second, ${floor.p99Ms.toFixed(1)} ms at the 99th percentile`,
  "",
  "| workers | tasks/s | POST median, ms | POST 99th percentile, ms | database bytes a task |",
  "|---|---|---|---|---|",
  ...rows.map((row) => `| ${row} |`),
].join("\n");
console.log(values.json ? JSON.stringify({ floor, drains }) : text);

// `npm run bench:malformed -- --vectors FILE [--mutations N] [--seed N]`: how many malformed replies are understood as they were meant, and how
// long it takes; with --mutations, also what N mutated ones do to the streaming path. Exits with 1 when a vector fails or a count is not zero.
import "../report-failure.ts";
import { parseArgs } from "node:util";
import { OutpostError } from "@outpost/protocol";
import { runMutations } from "./mutations.ts";
import { medianOf, runVectors, type VectorResult } from "./run-vectors.ts";
import { readVectors } from "./vectors.ts";

const { values } = parseArgs({
  options: {
    vectors: { type: "string" },
    mutations: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});
if (values.vectors === undefined)
  throw new OutpostError("invalid_input", "usage: bench:malformed -- --vectors FILE [--mutations N] [--seed N]");

const file = await readVectors(values.vectors);
const results = runVectors(file);
const failed = results.filter((result) => !result.passed);
for (const result of failed) console.log(describeFailure(result));
for (const category of new Set(results.map((result) => result.category))) {
  const some = results.filter((result) => result.category === category);
  console.log(`${category.padEnd(18)} ${some.filter((result) => result.passed).length}/${some.length}`);
}
const times = results.map((result) => result.medianMs);
const slowest = Math.max(...times);
console.log(`\n${results.length - failed.length}/${results.length} passed`);
console.log(`median ${medianOf(times).toFixed(3)} ms a vector, slowest ${slowest.toFixed(3)} ms`);

const count = Number(values.mutations);
let broken = 0;
if (count > 0) {
  const counts = await runMutations(file, count, Number(values.seed));
  const { replies, calls, crashes, hangs, undeclared, invented, slowestMs } = counts;
  broken = crashes + hangs + undeclared + invented;
  console.log(
    `${replies} mutated replies over the wire: ${calls} calls, ${crashes} crashes, ${hangs} hangs, ${undeclared} calls of undeclared tools, ${invented} with invented arguments, slowest ${slowestMs.toFixed(0)} ms`,
  );
}
process.exitCode = failed.length === 0 && broken === 0 ? 0 : 1;

function describeFailure({ id, category, expected, got }: VectorResult): string {
  const content = expected.content === undefined ? {} : { content: expected.content };
  return [
    `FAILED ${id} (${category})`,
    `  meant ${JSON.stringify({ calls: expected.calls, ...content })}`,
    `  got   ${JSON.stringify({ calls: got.calls, content: got.content }).slice(0, 600)}`,
  ].join("\n");
}

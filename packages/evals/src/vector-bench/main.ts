// `npm run bench:vector -- [--sizes N,…] [--dimensions N] [--queries N] [--json]`: the embedded index against plain scans, by time and by how
// much of the exact answer it finds. Needs no server and writes nothing.
import "../report-failure.ts";
import { parseArgs } from "node:util";
import { formatSummary, percentile, summarize } from "../harness/statistics.ts";
import { createEngines, nearest } from "./engines.ts";
import { createVectors, normalize } from "./synthetic-vectors.ts";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "10000,50000,200000" },
    dimensions: { type: "string", default: "256" },
    queries: { type: "string", default: "100" },
    json: { type: "boolean", default: false },
  },
});
const dimensions = Number(values.dimensions);
const limit = 20;

const results = [];
for (const size of values.sizes.split(",").map(Number)) {
  const vectors = createVectors(size, dimensions, 1);
  // Near a row, as a question is near what answers it.
  const near = createVectors(Number(values.queries), dimensions, 2);
  const queries = Array.from({ length: near.count }, (_, at) => {
    const row = Math.floor((at * size) / near.count) * dimensions;
    const query = near.values.slice(at * dimensions, (at + 1) * dimensions);
    for (let index = 0; index < dimensions; index++)
      query[index] = 0.6 * (query[index] ?? 0) + (vectors.values[row + index] ?? 0);
    normalize(query);
    return query;
  });
  const exact = queries.map((query) => new Set(nearest(vectors, query, limit)));
  for (const { name, search } of await createEngines(vectors)) {
    const tookMs: number[] = [];
    let found = 0;
    let cpuMs = 0;
    for (const [at, query] of [...queries.slice(0, 5), ...queries].entries()) {
      const startedMs = performance.now();
      const startCpu = process.cpuUsage();
      const ids = await search(query, limit);
      const { user, system } = process.cpuUsage(startCpu);
      if (at < 5) continue;
      cpuMs += (user + system) / 1000 / queries.length;
      tookMs.push(performance.now() - startedMs);
      found += ids.filter((id) => exact[at - 5]?.has(id)).length;
    }
    const recallAt20 = found / (queries.length * limit);
    const times = {
      leastMs: Math.min(...tookMs),
      p50Ms: percentile(tookMs, 0.5),
      p95Ms: percentile(tookMs, 0.95),
      cpuMs,
    };
    results.push({ size, dimensions, engine: name, ...times, recallAt20 });
    if (values.json) continue;
    const line = `${String(size).padStart(8)} × ${dimensions}  ${name.padEnd(44)}`;
    const p95 = times.p95Ms.toFixed(1);
    console.log(
      `${line} ${formatSummary(summarize(tookMs))} ms, p95 ${p95}, CPU ${cpuMs.toFixed(1)}  recall@${limit} ${recallAt20.toFixed(4)}`,
    );
  }
}
if (values.json) console.log(JSON.stringify(results));

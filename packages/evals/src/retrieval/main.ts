// `npm run bench:retrieval -- --labels DIR --checkouts DIR`: how well search answers labelled questions, against two baselines in the
// same run. Checkouts lie in DIR/<name> at the commit that the labels name; a repository without one is counted as not run.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createParser } from "@outpost/indexer";
import { loadStaticEmbedder } from "@outpost/models";
import { OutpostError } from "@outpost/protocol";
import { readLabels } from "./labels.ts";
import { measure } from "./measure.ts";
import { formatRepository, formatSummaries, summarize } from "./report.ts";

const usage =
  "usage: bench:retrieval -- --labels DIR --checkouts DIR [--mode root|full] [--only NAME,…] [--no-baselines] [--json]";

const { values } = parseArgs({
  options: {
    labels: { type: "string" },
    checkouts: { type: "string" },
    mode: { type: "string", default: "root" },
    only: { type: "string" },
    "no-baselines": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const { labels, checkouts, mode, json } = values;
if (labels === undefined || checkouts === undefined || (mode !== "root" && mode !== "full")) {
  throw new OutpostError("invalid_input", usage);
}
const only = values.only?.split(",");
const repositories = (await readLabels(labels)).filter(({ name }) => only?.includes(name) ?? true);
const parser = createParser({
  entry: {
    modulePath: fileURLToPath(new URL("./parser-entry.ts", import.meta.url)),
    execArgv: ["--import", import.meta.resolve("tsx")],
  },
});
const results = await measure({
  ...{ repositories, checkouts, mode, parser },
  withBaselines: !values["no-baselines"],
  embedder: await loadStaticEmbedder(),
  onRepository: (result) => {
    if (!json) console.log(formatRepository(result));
  },
}).finally(() => parser.close());

if (results.length === 0)
  throw new OutpostError("not_found", `no checkout in "${checkouts}" for any of ${repositories.length} label files`);
const summaries = Object.keys(results[0]?.engines ?? {}).map((engine) => summarize(results, engine));
const indexSeconds = results.reduce((sum, { indexMs }) => sum + indexMs, 0) / 1000;
if (json)
  console.log(JSON.stringify({ mode, notRun: repositories.length - results.length, indexSeconds, summaries, results }));
else {
  console.log(
    `\n${results.length} repositories, ${repositories.length - results.length} not run, indexed in ${indexSeconds.toFixed(1)} s, mode ${mode}`,
  );
  console.log(formatSummaries(summaries));
}

// `npm run bench:retrieval -- --labels DIR --checkouts DIR`: how well search answers labelled questions, against two baselines in the
// same run. Checkouts lie in DIR/<name> at the commit that the labels name; what has none is named and left out.
// `--ablate` and `--cross-validate` study the weights besides (see `weight-studies.ts`).
import "../report-failure.ts";
import { parseArgs } from "node:util";
import { loadStaticEmbedder } from "@outpost/models";
import { OutpostError } from "@outpost/protocol";
import { createBenchParser } from "./bench-parser.ts";
import { readExpansions, withExpansions } from "./expansions.ts";
import { chooseRepositories, readLabels, type Skipped } from "./labels.ts";
import { measure, type PreparedRepository } from "./measure.ts";
import { listNamedFolder } from "./named-folder.ts";
import { formatCosts, formatRepository, formatSummaries, summarize, summarizeCosts } from "./report.ts";
import { formatAblation, formatCrossValidation } from "./study-report.ts";
import { ablate, crossValidate } from "./weight-studies.ts";

const usage =
  "usage: bench:retrieval -- --labels DIR --checkouts DIR [--mode root|full] [--only NAME,…] [--model DIR] [--expansions FILE] [--no-baselines] [--json] [--ablate] [--cross-validate]";

const { values } = parseArgs({
  options: {
    labels: { type: "string" },
    checkouts: { type: "string" },
    mode: { type: "string", default: "root" },
    only: { type: "string" },
    model: { type: "string" },
    expansions: { type: "string" },
    "no-baselines": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    ablate: { type: "boolean", default: false },
    "cross-validate": { type: "boolean", default: false },
  },
});
const { labels, checkouts, mode, json } = values;
if (labels === undefined || checkouts === undefined || (mode !== "root" && mode !== "full")) {
  throw new OutpostError("invalid_input", usage);
}
await listNamedFolder("checkouts", checkouts);
const found = await readLabels(labels);
const skipped: Skipped[] = [];
const onSkipped = (left: Skipped) => {
  skipped.push(left);
  console.error(`skipped ${left.name}: ${left.reason}`);
};
for (const left of found.skipped) onSkipped(left);
const wanted = chooseRepositories(found.repositories, values.only?.split(","));
const repositories =
  values.expansions === undefined ? wanted : withExpansions(wanted, await readExpansions(values.expansions));
const parser = createBenchParser();
const embedder = await loadStaticEmbedder(values.model === undefined ? {} : { directory: values.model });
const isStudied = values.ablate || values["cross-validate"];
const studied: PreparedRepository[] = [];
try {
  const results = await measure({
    ...{ repositories, checkouts, mode, parser, embedder, onSkipped },
    withBaselines: !values["no-baselines"],
    onRepository: (result, prepared) => {
      if (!json) console.log(formatRepository(result));
      if (isStudied) studied.push(prepared);
    },
  });
  if (results.length === 0) {
    throw new OutpostError(
      "not_found",
      `no checkout in "${checkouts}" for any of ${repositories.length} labelled repositories`,
    );
  }
  const summaries = Object.keys(results[0]?.engines ?? {}).map((engine) => summarize(results, engine));
  const costs = summarizeCosts(results, parser.stats().peakRssBytes);
  const ablation = values.ablate ? await ablate(studied) : null;
  const crossValidation = values["cross-validate"] ? await crossValidate(studied) : null;
  if (json) {
    const { engine: _, ...hybrid } = summarize(results, "hybrid");
    const { ndcg, hitAt1, hitAt10, queryP50Ms, queryP95Ms, coldQueryP50Ms, coldQueryP95Ms, ...groups } = hybrid;
    const cold = { coldQueryMsP50: coldQueryP50Ms, coldQueryMsP95: coldQueryP95Ms };
    const times = { queryMsP50: queryP50Ms, queryMsP95: queryP95Ms, ...cold };
    const main = { ndcg10: ndcg, hit1: hitAt1, hit10: hitAt10, ...times };
    const studies = { ...(ablation && { ablation }), ...(crossValidation && { crossValidation }) };
    console.log(JSON.stringify({ mode, ...main, ...groups, ...costs, skipped, ...studies, summaries, results }));
  } else {
    console.log(`\n${results.length} repositories, ${skipped.length} skipped, mode ${mode}; ${formatCosts(costs)}`);
    console.log(formatSummaries(summaries));
    if (ablation !== null) console.log(formatAblation(ablation));
    if (crossValidation !== null) console.log(formatCrossValidation(crossValidation));
  }
} finally {
  await parser.close();
}

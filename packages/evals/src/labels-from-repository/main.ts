// `npm run bench:labels -- --repository PATH --out DIR`: makes questions with known answers from any repository, for `bench:retrieval`: of
// its latest commits (the message asks, the files that it changed answer, in the commit before all of them), or of its functions' comments
// (the comment asks, the function answers, in code without these comments). The same commit makes the same questions.
import "../report-failure.ts";
import { parseArgs } from "node:util";
import { errorMappings, isOutpostError, OutpostError } from "@outpost/protocol";
import { createBenchParser } from "../retrieval/bench-parser.ts";
import { makeLabels } from "./make-labels.ts";

const usage =
  "usage: bench:labels -- --repository PATH --out DIR [--from commits|comments] [--limit N] [--max-files N] [--commit REVISION] [--name NAME]";

const interruption = new AbortController();
// A second one ends the process where it is.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () =>
    interruption.abort(new OutpostError("unavailable", `ended by ${signal}; nothing was kept, it can be made again`)),
  );
}

async function main(): Promise<void> {
  const { repository, out, from, limit, maxFiles, commit, name } = readArguments();
  const parser = createBenchParser();
  try {
    const own = name === undefined ? {} : { name };
    const { labels, set, looked } = await makeLabels({
      repository,
      out,
      from,
      limit,
      maxFiles,
      commit,
      parser,
      signal: interruption.signal,
      ...own,
    });
    const count = `${labels.queries.length} questions (of ${limit}) from ${from}, ${looked}`;
    console.log(
      `${labels.name}: ${count}\nlabels ${set.labelPath}\ncheckout ${set.checkoutPath}, commit ${labels.commit}`,
    );
    console.log(`measure: npm run bench:retrieval -- --labels ${set.labels} --checkouts ${set.checkouts} --mode full`);
  } finally {
    await parser.close();
  }
}

function parse() {
  return parseArgs({
    options: {
      repository: { type: "string" },
      out: { type: "string" },
      from: { type: "string", default: "commits" },
      limit: { type: "string", default: "50" },
      "max-files": { type: "string", default: "4" },
      commit: { type: "string", default: "HEAD" },
      name: { type: "string" },
    },
  });
}

function readArguments() {
  const { values } = parseOrExplain();
  const { repository, out, from, commit, name } = values;
  if (repository === undefined || out === undefined || (from !== "commits" && from !== "comments")) {
    throw new OutpostError("invalid_input", usage);
  }
  const limit = readCount("limit", values.limit, 1_000);
  const maxFiles = readCount("max-files", values["max-files"], 20);
  return { repository, out, from, limit, maxFiles, commit, name } as const;
}

function parseOrExplain(): ReturnType<typeof parse> {
  try {
    return parse();
  } catch (error) {
    throw new OutpostError("invalid_input", `${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

function readCount(option: string, text: string, most: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new OutpostError("invalid_input", `--${option} ${text} is not a number from 1 to ${most}`);
}

try {
  await main();
} catch (error) {
  if (!isOutpostError(error)) throw error;
  console.error(error.message);
  process.exitCode = errorMappings[error.code].exitCode;
}

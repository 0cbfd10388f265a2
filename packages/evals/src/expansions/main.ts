// `npm run bench:expansions -- --labels DIR --model ollama/NAME --out FILE`: what a language model says of labelled questions, for
// `bench:retrieval -- --expansions FILE`. Goes on where it was stopped: questions that the file has are not asked again.
import "../report-failure.ts";
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { openModelDirectory } from "@outpost/models";
import { OutpostError } from "@outpost/protocol";
import { readExpansions } from "../retrieval/expansions.ts";
import { readLabels } from "../retrieval/labels.ts";
import { recordExpansions } from "./record-expansions.ts";

const usage =
  "usage: bench:expansions -- --labels DIR --model ollama/NAME|openai/NAME --out FILE [--ollama-url URL] [--openai-url URL]";

const { values } = parseArgs({
  options: {
    labels: { type: "string" },
    model: { type: "string" },
    out: { type: "string" },
    "ollama-url": { type: "string", default: "http://127.0.0.1:11434" },
    "openai-url": { type: "string" },
  },
});
const { labels, model: name, out } = values;
if (labels === undefined || name === undefined || out === undefined) throw new OutpostError("invalid_input", usage);
const openAi = values["openai-url"];
if (openAi === undefined && name.startsWith("openai/"))
  throw new OutpostError("invalid_input", `"${name}" needs --openai-url`);
mkdirSync(dirname(out), { recursive: true });
const directory = await openModelDirectory({
  servers: [
    { name: "ollama", adapter: "ollama", url: values["ollama-url"] },
    ...(openAi === undefined ? [] : [{ name: "openai", adapter: "openai", url: openAi }]),
  ],
  windowTokens: 4096,
  firstTokenTimeoutMs: 600_000,
  idleTimeoutMs: 600_000,
  dataDirectory: ".",
});
const { signal } = new AbortController();
let asked = 0;
let empty = 0;
try {
  const model = await directory.open(name, signal);
  const known = existsSync(out) ? new Set((await readExpansions(out)).keys()) : new Set<string>();
  const { repositories, skipped } = await readLabels(labels);
  for (const { name: left, reason } of skipped) console.error(`skipped ${left}: ${reason}`);
  const onRecorded = (recorded: object): void => {
    asked += 1;
    appendFileSync(out, `${JSON.stringify(recorded)}\n`);
  };
  const onNothing = (query: string, answer: string): void => {
    empty += 1;
    console.error(`nothing of use for "${query.slice(0, 80)}": ${JSON.stringify(answer.slice(0, 120))}`);
  };
  await recordExpansions({ repositories, known, model, onRecorded, onNothing }, signal);
  console.log(`${asked} recorded, ${empty} without an answer of use, ${known.size} were there before: ${out}`);
} finally {
  await directory.close();
}

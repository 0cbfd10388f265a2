// The parts of a score as reasons for a reader, each with what it is for; the score can be recomputed from them by hand.
import type { HitReason } from "@outpost/protocol";
import { nameWords } from "./definition-boost.ts";
import { mentionedLine } from "./mentioned-files.ts";
import type { Parts } from "./parts.ts";
import type { RankInput } from "./rank-input.ts";
import { wordsIn } from "./translated-scores.ts";

/** The words of the lexical reason are filled in by who has the postings. `usedName`: what connected it to another candidate. */
export function explain(input: RankInput, parts: Parts, usedName: string | undefined): HitReason[] {
  const { query, table, definitions, paths } = input;
  const { slot } = parts;
  const position = table.entryPosition(slot);
  const again = parts.fileShare < 1 ? ", less after better hits there" : "";
  const reasons: HitReason[] = [
    { signal: "lexical", value: parts.lexical, detail: "" },
    { signal: "vector", value: parts.vector, detail: "near in meaning" },
    { signal: "lexical", value: parts.translated, detail: translatedWords(input, slot) },
    { signal: "path", value: parts.path, detail: paths.wordsOf(position).join(" ") + again },
    { signal: "path", value: parts.mention + parts.line, detail: namedPlace(input, slot) },
    { signal: "definition", value: parts.definition, detail: definitions.get(slot)?.symbol ?? "" },
    { signal: "definition", value: parts.name, detail: nameWords(query, table.symbols.termsOf(slot)).join(" ") },
    { signal: "coherence", value: parts.coherence, detail: `what else matches in the file${again}` },
    { signal: "coherence", value: parts.file, detail: `the file as a whole${again}` },
    { signal: "coherence", value: parts.folder, detail: `what else matches in the folder${again}` },
    { signal: "coherence", value: parts.neighbour, detail: "what stands beside it" },
    { signal: "reference", value: parts.reference, detail: usedName === undefined ? "" : `uses ${usedName}` },
    { signal: "coherence", value: parts.place, detail: "stands in the place of another chunk of the file" },
  ];
  const shown = reasons.filter(({ value }) => value !== 0);
  if (parts.pathFactor < 1) {
    shown.push({ signal: "penalty", value: parts.pathFactor, detail: paths.kindsOf(position).join(" ") });
  }
  if (parts.saturation < 1) {
    shown.push({ signal: "saturation", value: parts.saturation, detail: "better hits in the same file" });
  }
  return shown;
}

function namedPlace({ mentioned, table }: RankInput, slot: number): string {
  const named = mentioned.get(table.entryPosition(slot));
  if (named === undefined) return "";
  const line = mentionedLine(named, table.describe(slot));
  return line === undefined ? named.path : `${named.path}:${line}`;
}

/** Only what the ranking looked at is asked for. */
function translatedWords({ translated }: RankInput, slot: number): string {
  return translated === null ? "" : `in other words: ${wordsIn(translated, slot, maxTranslatedWords).join(" ")}`;
}

const maxTranslatedWords = 6;

/** What reasons amount to: the sum of the additive ones, times the factors. */
export function sumReasons(reasons: readonly HitReason[]): number {
  let sum = 0;
  let factor = 1;
  for (const { signal, value } of reasons) {
    if (signal === "penalty" || signal === "saturation") factor *= value;
    else sum += value;
  }
  return sum * factor;
}

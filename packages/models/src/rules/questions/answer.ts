// Answers a question by showing places: lines that use a name, lines that define it, or the best hits of the search. Extracts, and
// judges nothing. Invariant: every place in the answer is cited and was in an observation.
import { extracted, howToConnect } from "../abilities.ts";
import { type GrepLine, parseGrep, parseSearch, type SearchHit } from "../observations.ts";
import { call, type Plan } from "../plan.ts";
import { definitionRank, isTest } from "./definitions.ts";
import { parseQuestion } from "./parse-question.ts";

interface AnswerCitation {
  path: string;
  start_line: number;
  end_line: number;
}

export interface Answer {
  text: string;
  citations: AnswerCitation[];
}

const maxPlaces = 20;
const maxHits = 4;
const excerptLines = 10;

export function* answer(
  question: string,
  about: { toolNames: ReadonlySet<string>; ollamaAddress: string },
): Plan<Answer> {
  const parsed = parseQuestion(question);
  const found: Answer[] = [];
  if (parsed.type !== "other" && about.toolNames.has("grep_code")) {
    const lines = yield* linesWith(parsed.name);
    found.push(parsed.type === "uses" ? describeUses(parsed.name, lines) : describeDefinition(parsed.name, lines));
  }
  const cited = found.flatMap((part) => part.citations);
  const isAnswered = parsed.type === "uses" && cited.length > 0;
  if (!isAnswered && about.toolNames.has("search_code")) found.push(yield* bestHits(question, cited));
  const citations = unique(found.flatMap((part) => part.citations));
  const texts = found.map((part) => part.text).filter((text) => text !== "");
  const body =
    citations.length > 0 ? [...texts, extracted] : ["Nothing in the code was found for this question.", ...texts];
  const text = [...body, howToConnect(about.ollamaAddress)].join("\n\n");
  return { text, citations: citations.slice(0, 50) };
}

function* linesWith(name: string): Plan<GrepLine[]> {
  const pattern = /^\w+$/.test(name) ? `\\b${name}\\b` : name;
  return parseGrep(yield* call("grep_code", { pattern, regex: /^\w+$/.test(name) })).lines;
}

function describeUses(name: string, lines: readonly GrepLine[]): Answer {
  const uses = lines.filter((line) => definitionRank(line.text, name) === 0);
  if (uses.length === 0) return { text: `No line uses "${name}".`, citations: [] };
  const definition = lines.find((line) => definitionRank(line.text, name) > 0);
  const shown = uses.slice(0, maxPlaces);
  const heading = `"${name}" is used in ${uses.length} lines${definition ? `, and defined in ${place(definition)}` : ""}:`;
  const more = uses.length > shown.length ? [`… and ${uses.length - shown.length} more lines.`] : [];
  return { text: [heading, ...shown.map(listed), ...more].join("\n"), citations: shown.map(citeLine) };
}

function describeDefinition(name: string, lines: readonly GrepLine[]): Answer {
  const definitions = lines
    .map((line) => ({ line, rank: definitionRank(line.text, name) - (isTest(line.path) ? 0.5 : 0) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ line }) => line)
    .slice(0, 5);
  if (definitions.length === 0) return { text: "", citations: [] };
  return {
    text: [`"${name}" is defined in:`, ...definitions.map(listed)].join("\n"),
    citations: definitions.map(citeLine),
  };
}

/** `about`: places known already; then only the hits that hold one of them are worth showing. */
function* bestHits(question: string, about: readonly AnswerCitation[]): Plan<Answer> {
  const result = parseSearch(yield* call("search_code", { query: question, limit: maxHits }));
  const holding = result.hits.filter((hit) => about.some((known) => holds(hit, known)));
  const hits = (about.length > 0 ? holding : result.hits).slice(0, maxHits);
  const heading = about.length > 0 ? "Around it:" : "The places that fit the question best:";
  const note = result.caveat === "" ? [] : [`Note: ${result.caveat}.`];
  return {
    text: [...(hits.length > 0 ? [heading, ...hits.map(describeHit)] : []), ...note].join("\n\n"),
    citations: hits.map(({ path, startLine, endLine }) => ({ path, start_line: startLine, end_line: endLine })),
  };
}

function holds(hit: SearchHit, known: AnswerCitation): boolean {
  return hit.path === known.path && hit.startLine <= known.start_line && known.end_line <= hit.endLine;
}

function describeHit(hit: SearchHit): string {
  const heading = `${hit.path}:${hit.startLine}-${hit.endLine}${hit.symbol === "" ? "" : ` (${hit.symbol})`}`;
  const lines = hit.lines.slice(0, excerptLines);
  const more = hit.lines.length > lines.length ? ["…"] : [];
  return [heading, ...[...lines, ...more].map((line) => `    ${line}`)].join("\n");
}

function place(line: GrepLine): string {
  return `${line.path}:${line.line}`;
}

function listed(line: GrepLine): string {
  return `- ${place(line)}: ${line.text.trim()}`;
}

function citeLine(line: GrepLine): AnswerCitation {
  return { path: line.path, start_line: line.line, end_line: line.line };
}

function unique(citations: readonly AnswerCitation[]): AnswerCitation[] {
  const seen = new Set<string>();
  return citations.filter((citation) => {
    const key = JSON.stringify(citation);
    return seen.has(key) ? false : seen.add(key);
  });
}

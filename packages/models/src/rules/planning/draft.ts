// Drafts the plan of an edit task: of the fixed forms the clauses themselves; of anything else the places to look at, which is all that
// can be said without a language model. Looks, and changes nothing.
import { Plan as TaskPlan } from "@outpost/protocol";
import type { Intent } from "../instruction/intents.ts";
import { parseInstruction } from "../instruction/parse-instruction.ts";
import { parseFileList, parseGrep, parseSearch } from "../observations.ts";
import { call, type Plan } from "../plan.ts";
import { isTest } from "../questions/definitions.ts";
import { describeIntent } from "./describe-intent.ts";
import { namesOfFiles, type ScoredPath, scorePaths } from "./score-paths.ts";

export interface Draft {
  plan: TaskPlan;
  /** In the order of the plan's steps; empty where the fixed rules cannot do it. */
  intents: Intent[];
}

/** What was looked up; the same for every plan of a task. */
export interface Survey {
  scored: ScoredPath[];
  /** Of each look-up the paths: what was looked up is not looked up again. */
  paths: Map<string, string[]>;
}

/** How a step begins that only looks. */
export const lookingStep = "look at ";

const searchHits = 8;
const maxPlaces = 5;
const maxFiles = 30;
const stepCharacters = 300;

export function* survey(instruction: string, toolNames: ReadonlySet<string>): Plan<Survey> {
  const named: string[] = [];
  for (const name of toolNames.has("find_files") ? namesOfFiles(instruction) : []) {
    const paths = parseFileList(yield* call("find_files", { pattern: name.includes("/") ? name : `**/${name}` }));
    named.push(...paths.slice(0, maxPlaces));
  }
  const hits = toolNames.has("search_code")
    ? parseSearch(yield* call("search_code", { query: instruction, limit: searchHits })).hits
    : [];
  return { scored: scorePaths(instruction, hits, named), paths: new Map() };
}

export function* draft(instruction: string, about: Survey, remarks: readonly string[]): Plan<Draft> {
  const parsed = parseInstruction(instruction);
  const notes = remarks.map((remark) => clip(`remark taken into account: ${remark.replaceAll(/\s+/g, " ")}`));
  if (parsed.type === "unclear") return { plan: planOfPlaces(about, parsed.clause, notes), intents: [] };
  const intents: Intent[] = parsed.intents.some(({ type }) => type === "test")
    ? parsed.intents
    : [...parsed.intents.filter(({ type }) => type !== "commit"), { type: "test" }];
  intents.push(...parsed.intents.filter((intent) => intent.type === "commit" && !intents.includes(intent)));
  const files = yield* filesOf(intents, about.paths);
  const known = files.filter((path) => !isTest(path));
  const plan = TaskPlan.parse({
    steps: intents.slice(0, 20).map((intent) => ({ text: clip(describeIntent(intent)) })),
    filesToRead: files.slice(0, maxFiles),
    filesToModify: files.slice(0, maxFiles),
    assumptions: [...notes, "made by fixed rules, without a language model"].slice(0, 10),
    tests: testsAmong(about.scored, known),
  });
  return { plan, intents };
}

/** The files that are named, and those that hold what is replaced or renamed everywhere. */
function* filesOf(intents: readonly Intent[], known: Map<string, string[]>): Plan<string[]> {
  const files: string[] = [];
  for (const intent of intents) {
    if (intent.type === "test" || intent.type === "commit") continue;
    const file = intent.type === "rename" ? null : intent.file;
    const what = intent.type === "rename" ? intent.from : intent.type === "replace" ? intent.old : "";
    if (intent.type === "create") files.push(intent.file);
    else if (file !== null) files.push(...(yield* filesNamed(file, known)));
    else if (what !== "" && !what.includes("\n")) files.push(...(yield* filesHolding(what, known)));
  }
  return [...new Set(files)];
}

function* filesNamed(file: string, known: Map<string, string[]>): Plan<string[]> {
  const key = `named ${file}`;
  const found = known.get(key) ?? parseFileList(yield* call("find_files", { pattern: file })).slice(0, 3);
  known.set(key, found);
  return found.length > 0 && !found.includes(file) ? found : [file];
}

function* filesHolding(text: string, known: Map<string, string[]>): Plan<string[]> {
  const key = `holding ${text}`;
  const found =
    known.get(key) ??
    parseGrep(yield* call("grep_code", { pattern: text, regex: false })).lines.map(({ path }) => path);
  known.set(key, found);
  return found;
}

function planOfPlaces({ scored }: Survey, clause: string, notes: readonly string[]): TaskPlan {
  const places = scored.filter(({ path }) => !isTest(path)).slice(0, maxPlaces);
  const steps = places.map(({ path, hit }) => {
    const symbol = hit === undefined || hit.symbol === "" ? "" : ` (${hit.symbol})`;
    return { text: clip(`${lookingStep}${path}${hit ? `:${hit.startLine}-${hit.endLine}` : ""}${symbol}`) };
  });
  return TaskPlan.parse({
    steps: [...steps, { text: clip(`change it: ${clause.replaceAll(/\s+/g, " ").trim() || "as the task says"}`) }],
    filesToRead: places.map(({ path }) => path),
    filesToModify: places.slice(0, 2).map(({ path }) => path),
    assumptions: [
      ...notes,
      "the places were chosen by words and paths; nobody has judged them",
      "the change itself needs a language model: it is none of the fixed forms",
    ].slice(0, 10),
    tests: testsAmong(
      scored,
      places.map(({ path }) => path),
    ),
  });
}

/** Tests that the search found, or whose name is that of a file that is changed. */
function testsAmong(scored: readonly ScoredPath[], files: readonly string[]): string[] {
  const stems = files.map((path) => stemOf(path)).filter((stem) => stem !== "");
  const tests = scored.filter(({ path }) => isTest(path)).map(({ path }) => path);
  const close = tests.filter((path) => stems.some((stem) => stemOf(path).includes(stem)));
  const chosen = (close.length > 0 ? close : tests).slice(0, 5);
  return chosen.length > 0 ? chosen : ["all tests that are found"];
}

function stemOf(path: string): string {
  return (path.split("/").at(-1) ?? "").replace(/\..*$/, "").toLowerCase();
}

function clip(text: string): string {
  return text.length <= stepCharacters ? text : `${text.slice(0, stepCharacters - 1)}…`;
}

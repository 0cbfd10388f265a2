// What is known of the code, as text.
import type {
  CodeReference,
  CodeSymbol,
  Coverage,
  IndexedLanguage,
  LanguageLevel,
  PathConnection,
  PathExplanation,
  ReferenceList,
  RelatedCode,
  RepositoryMapReply,
  SymbolList,
} from "@outpost/protocol";
import { clip, count, fitLine, hang, wrap } from "./layout.ts";
import { type Paint, printable, printableName } from "./paint.ts";

const levels: Record<LanguageLevel, string> = {
  definitions: "definitions with their extent, by grammar",
  symbols: "definitions by the shape of their line",
  outline: "headings",
  lines: "windows of lines",
};

export function renderLanguages(languages: readonly IndexedLanguage[], paint: Paint): string {
  const lines = (Object.keys(levels) as LanguageLevel[]).flatMap((level) => {
    const found = languages.filter((language) => language.level === level);
    if (found.length === 0) return [];
    return [fitLine(`${paint("bold", level)}: ${levels[level]}`, paint.columns), ...describeGroup(found, paint), ""];
  });
  return lines.join("\n").trimEnd();
}

function describeGroup(languages: readonly IndexedLanguage[], paint: Paint): string[] {
  return (["native", "wasm", "lines"] as const).flatMap((by) => {
    const group = languages.filter((each) => each.by === by);
    if (group.length === 0) return [];
    const names = group.map(({ name, hasReferences }) => (hasReferences ? name : paint("dim", name))).join(", ");
    const problems = group.flatMap(({ problem }) =>
      problem === null ? [] : [paint("yellow", clip(`    ${printable(problem)}`, paint.columns))],
    );
    return [`  ${hang(`${by}: ${names}`, 4, paint.columns)}`, ...problems];
  });
}

export function renderSymbols({ items, total, coverage }: SymbolList, paint: Paint): string {
  const more = total > items.length ? `, ${items.length} of them shown` : "";
  const summary = items.length === 0 ? "nothing of that name is defined" : `${count(total, "definition")}${more}`;
  return fit([...items.map((symbol) => describeSymbol(symbol, paint)), note(summary, coverage, paint)], paint);
}

export function renderReferences(found: ReferenceList, paint: Paint): string {
  const { definitions, items, totalFiles, isCut, coverage } = found;
  const more = isCut ? ", there are more" : "";
  const summary =
    items.length === 0
      ? "no code uses that name"
      : `${count(items.length, "line")} in ${count(totalFiles, "file")}${more}, by spelling, without comments and strings`;
  const defined = definitions.map((symbol) => `${paint("dim", "defined")} ${describeSymbol(symbol, paint)}`);
  return fit(
    [...defined, ...items.map((item) => describeReference(item, paint)), note(summary, coverage, paint)],
    paint,
  );
}

export function renderMap(
  { text, files, omittedFiles, estimatedTokens, coverage }: RepositoryMapReply,
  paint: Paint,
): string {
  if (files.length === 0) return note("the index knows no definitions", coverage, paint);
  const lines = text
    .split("\n")
    .map((line) => (line.startsWith("  ") ? printable(line) : paint("cyan", printable(line))));
  const summary = `${count(files.length, "file")}, most used first, about ${estimatedTokens} tokens; ${omittedFiles} more files`;
  return fit([...lines, note(summary, coverage, paint)], paint);
}

export function renderExplanation(explained: PathExplanation, paint: Paint): string {
  const { path, kind, languages, pathKinds, children, symbols, totalSymbols, coverage } = explained;
  const files = Object.entries(languages)
    .sort(([, a], [, b]) => b - a)
    .map(([language, number]) => `${number} ${language}`);
  const totalFiles = Object.values(languages).reduce((sum, number) => sum + number, 0);
  const filesLeft = totalFiles - children.reduce((sum, child) => sum + child.files, 0);
  const symbolsLeft = kind === "file" ? totalSymbols - symbols.length : 0;
  const more = (left: number, what: string) => (left > 0 ? [paint("dim", `… ${count(left, what)} (-n)`)] : []);
  const what = [kind, ...pathKinds].join(", ");
  const lists: [string, string[]][] = [
    [
      "holds",
      [
        ...children.map(({ path: child, files: number, symbols: defined }) => {
          const held = child.endsWith("/") ? `${count(number, "file")}, ` : "";
          return `${printableName(child)}  ${held}${count(defined, "definition")}`;
        }),
        ...(kind === "file" ? [] : more(filesLeft, "more file")),
      ],
    ],
    [
      kind === "file" ? "defines" : "most used",
      [
        ...symbols.map((symbol) => describeSymbol(symbol, paint, kind === "file")),
        ...more(symbolsLeft, "more definition"),
      ],
    ],
    [
      "entry points",
      explained.entryPoints.map(
        ({ symbol, usedByFiles }) =>
          `${describeSymbol(symbol, paint)} ${paint("dim", usedByFiles === 0 ? "by its name" : `used in ${count(usedByFiles, "file")}`)}`,
      ),
    ],
    ["dependents", explained.dependents.map((each) => describeConnection(each, paint))],
    ["dependencies", explained.dependencies.map((each) => describeConnection(each, paint))],
    ["tests", explained.tests.map((each) => describeConnection(each, paint))],
  ];
  const lines = [
    `${paint("bold", printableName(path === "" ? "the repository" : path))}: ${what}; ${files.join(", ")}; ${count(totalSymbols, "definition")}`,
    ...lists.flatMap(([title, lines]) => section(title, lines, paint)),
    note("derived from names and paths, without types", coverage, paint),
  ];
  return fit(lines, paint);
}

export function renderRelated({ symbol, uses, usedBy, similar, tests, coverage }: RelatedCode, paint: Paint): string {
  const resembling = similar.map(({ path, startLine, endLine, symbol: name }) => {
    const place = paint("cyan", `${printableName(path)}:${startLine}-${endLine}`);
    return name === null ? place : `${place} ${printableName(name)}`;
  });
  const lines = [
    symbol === null ? "that line is in no definition" : describeSymbol(symbol, paint),
    ...section(
      "uses",
      uses.map((each) => describeSymbol(each, paint)),
      paint,
    ),
    ...section(
      "used by",
      usedBy.map((each) => describeReference(each, paint)),
      paint,
    ),
    ...section("resembles", resembling, paint),
    ...section(
      "tests",
      tests.map((each) => describeConnection(each, paint)),
      paint,
    ),
    note("by spelling, and by search", coverage, paint),
  ];
  return fit(lines, paint);
}

/** Places are cut to the terminal; the last line is what is to be said of them all. */
function fit(lines: readonly string[], paint: Paint): string {
  const said = lines.at(-1) ?? "";
  return [...lines.slice(0, -1).map((line) => clip(line, paint.columns)), wrap(said, paint.columns)].join("\n");
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint("bold", title), ...lines.map((line) => `  ${line}`)];
}

function describeSymbol(
  { path, line, endLine, kind, name, container }: CodeSymbol,
  paint: Paint,
  isLocal = false,
): string {
  const lines = endLine > line ? `${line}-${endLine}` : `${line}`;
  const place = paint("cyan", isLocal ? lines : `${printableName(path)}:${lines}`);
  const shown = container === "" ? name : `${container}.${name}`;
  return `${place} ${paint("dim", kind)} ${paint("bold", printableName(shown))}`;
}

function describeReference({ path, line, text, within }: CodeReference, paint: Paint): string {
  const place = paint("cyan", `${printableName(path)}:${line}`);
  const around = within === null ? "" : paint("dim", ` in ${printableName(within)}`);
  return `${place}${around}  ${printable(text)}`;
}

function describeConnection({ path, names }: PathConnection, paint: Paint): string {
  const by = names.length === 0 ? "by its name" : names.map(printableName).join(", ");
  return `${paint("cyan", printableName(path))} ${paint("dim", by)}`;
}

function note(summary: string, { state, staleFiles }: Coverage, paint: Paint): string {
  const stale = staleFiles > 0 ? `, ${staleFiles} changed since (outpost index)` : "";
  return paint("dim", `${summary}; index ${state}${stale}`);
}

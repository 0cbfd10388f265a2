// Several policy files to one policy in force: the built-in one, the user's, the repository's. Pure.
// Covered: a repository's file can only tighten: its allow rules and looser settings are no use to it, and a file that cannot be read makes
// every command ask and opens no file that it may have closed. Not covered: where the files come from; the caller takes the repository's from the base commit, never the worktree.
import type { FileRules } from "@outpost/core";
import type {
  CommandJudgement,
  JudgedPart,
  PolicyFile,
  PolicyReport,
  PolicySettings,
  Verdict,
} from "@outpost/protocol";
import { createFileRules, type PlacedFileRule } from "../files/file-rules.ts";
import { createCommandJudge, type JudgeCommand, strictestOf } from "../judge.ts";
import { type CompiledRule, compileRule, isAnything, isFallback } from "../rules/command-rule.ts";
import { strictness } from "../rules/judge-program.ts";
import type { ReadShellTree } from "../shell/second-opinion.ts";
import { checkExamples } from "./check-examples.ts";
import { narrowHosts } from "./narrow-hosts.ts";
import { type ParsedPolicy, parsePolicy } from "./parse-policy.ts";
import { salvageFileRules } from "./salvage-file-rules.ts";
import type { PolicySourceText } from "./source.ts";

export interface Policy {
  /** Of everything it is made of. */
  readonly hash: string;
  readonly settings: PolicySettings;
  readonly files: FileRules;
  /** Why no file may be opened at all: nobody can tell which ones a file that cannot be used has closed. Null: that is not so. */
  readonly shut: string | null;
  /** `cwd`: relative to the worktree. */
  judgeCommand: JudgeCommand;
  report(): PolicyReport;
}

export interface LoadedSource {
  text: PolicySourceText;
  sha256: string;
  parsed: ParsedPolicy | null;
  commands: CompiledRule[];
  files: PlacedFileRule[];
  examples: number;
  /** "line 3: …" */
  problems: string[];
  /** It cannot be used, and nothing is known of its file rules. */
  isUnknown: boolean;
}

interface LoadSource {
  hashText: (text: string) => string;
  readShellTree: ReadShellTree;
  runsExamples?: boolean;
  /** Of the same file, as it could be used last: its file rules stay in force where nothing can be known of those in `text`. */
  lastGood?: string | undefined;
}

/** Parses, compiles and, unless it is known to be right, runs the examples. */
export function loadSource(text: PolicySourceText, options: LoadSource): LoadedSource {
  const { hashText, readShellTree, runsExamples = true, lastGood } = options;
  const empty: LoadedSource = {
    text,
    sha256: hashText(text.text),
    parsed: null,
    commands: [],
    files: [],
    examples: 0,
    problems: [],
    isUnknown: false,
  };
  const read = parsePolicy(text.text);
  const describe = (problems: { line: number; message: string }[]): string[] =>
    problems.map(({ line, message }) => `line ${line}: ${message}`);
  if (!read.ok) return { ...empty, ...closeFiles(text, lastGood), problems: describe(read.problems) };
  const { value, lineOf } = read.parsed;
  const placeOf = (id: string, path: readonly PropertyKey[]) => ({
    id,
    level: text.level,
    file: text.file,
    line: lineOf(path),
  });
  const commands = value.commands.map((rule, index) => compileRule(rule, placeOf(rule.id, ["commands", index])));
  const files = value.files.map((rule, index) => ({ rule, place: placeOf(`files-${index + 1}`, ["files", index]) }));
  if (!runsExamples) return { ...empty, parsed: read.parsed, commands, files };
  const { problems, checked } = checkExamples(read.parsed, commands, readShellTree);
  if (problems.length > 0)
    return { ...empty, ...closeFiles(text, lastGood), examples: checked, problems: describe(problems) };
  return { ...empty, parsed: read.parsed, commands, files, examples: checked };
}

/** Of a file that cannot be used: only what closes files, whoever's it is, on top of what is closed without it. Lines are not known. */
function closeFiles(
  { text, file }: PolicySourceText,
  lastGood: string | undefined,
): Pick<LoadedSource, "files" | "isUnknown"> {
  const rules = salvageFileRules(text) ?? (lastGood === undefined ? null : salvageFileRules(lastGood));
  if (rules === null) return { files: [], isUnknown: true };
  // On the level that can only be stricter: a rule of the user would replace the built-in ones.
  const level = "repository" as const;
  const placed = rules.map((rule, index) => ({ rule, place: { id: `files-${index + 1}`, level, file, line: 1 } }));
  return { files: placed.filter(({ rule }) => rule.access !== "write"), isUnknown: false };
}

export interface CombineInput {
  sources: readonly LoadedSource[];
  /** What the configuration lets commands reach; the user's file adds to it, a repository's cuts both. */
  operatorHosts: readonly string[];
  hashText: (text: string) => string;
  readShellTree: ReadShellTree;
}

export function combinePolicies({ sources, operatorHosts, hashText, readShellTree }: CombineInput): Policy {
  const byProgram = new Map<string, CompiledRule[]>();
  for (const rule of sources.flatMap(({ commands }) => commands)) {
    for (const program of rule.programs) byProgram.set(program, [...(byProgram.get(program) ?? []), rule]);
  }
  const unknown = sources.find(({ isUnknown }) => isUnknown);
  const shut = unknown ? describeShut(unknown) : null;
  const files = shut === null ? createFileRules(sources.flatMap((source) => source.files)) : denyAll(shut);
  const broken = sources.find(({ problems }) => problems.length > 0);
  const combined = combineSettings(sources, operatorHosts);
  const settings = broken ? withoutTrust(combined) : combined;
  const judge = createCommandJudge({ rulesOf: (program) => byProgram.get(program) ?? [], files, readShellTree });
  const fallbacks = new Set(
    [...byProgram.values()]
      .flat()
      .filter(isBuiltInFallback)
      .map(({ place }) => place),
  );
  const isUnmatched = ({ verdict, rule }: JudgedPart): boolean =>
    verdict === "ask" && (rule === null || fallbacks.has(rule));
  const parts = sources.map(({ text, sha256 }) => `${text.level} ${sha256}`);
  const hash = hashText([...parts, ...operatorHosts.map((host) => `host ${host}`)].join("\n"));
  return {
    hash,
    settings,
    files,
    shut,
    judgeCommand(argv, cwd) {
      const judged = judge(argv, cwd);
      if (broken) return tightened(judged, broken);
      if (settings.unmatched === "ask" || !judged.parts.some(isUnmatched)) return judged;
      return strictestOf(
        judged.parts.map((part) => (isUnmatched(part) ? { ...part, verdict: settings.unmatched } : part)),
        argv,
      );
    },
    report: () => ({
      hash,
      settings,
      sources: sources.map(({ text, sha256, commands, files: fileRules, problems }) => ({
        level: text.level,
        file: text.file,
        sha256,
        commands: commands.length,
        files: fileRules.length,
        problem: problems[0] ?? null,
      })),
      commands: sources.flatMap(({ commands }) => commands.map(({ place, rule }) => ({ place, rule }))),
      files: sources.flatMap((source) => source.files),
    }),
  };
}

/** It only says why a program asks of which no rule speaks. */
function isBuiltInFallback(compiled: CompiledRule): boolean {
  return compiled.place.level === "built-in" && isFallback(compiled);
}

function describeShut({ text, problems }: LoadedSource): string {
  return `${text.file} cannot be used (${problems[0] ?? ""}), so that nobody can tell which files it closes: none is opened until it is mended; outpost policy check says what is wrong`;
}

function denyAll(reason: string): FileRules {
  return { judge: () => ({ access: "deny", reason, rule: null }) };
}

/** Nobody knows what the file that cannot be read forbids. */
function tightened(judgement: CommandJudgement, { text, problems }: LoadedSource): CommandJudgement {
  if (judgement.verdict !== "allow") return judgement;
  const reason = `${text.file} cannot be used, so that every command asks: ${problems[0] ?? ""}`;
  return { ...judgement, verdict: "ask", reason, rule: null };
}

const closed: PolicySettings = {
  plan: "optional",
  dryRun: false,
  unmatched: "ask",
  asking: "wait",
  autoApply: "never",
  push: { protected: [], allowed: [] },
  network: { hosts: [] },
};

/** Nobody knows what the file that cannot be read protects: nothing goes to a branch, nothing reaches out. */
function withoutTrust(settings: PolicySettings): PolicySettings {
  return { ...settings, autoApply: "never", push: { protected: ["*"], allowed: [] }, network: { hosts: [] } };
}

function combineSettings(sources: readonly LoadedSource[], operatorHosts: readonly string[]): PolicySettings {
  const fileOf = (level: string): PolicyFile | undefined =>
    sources.find(({ text }) => text.level === level)?.parsed?.value;
  const [user, repository] = [fileOf("user"), fileOf("repository")];
  const own: PolicySettings = {
    plan: user?.plan ?? closed.plan,
    dryRun: user?.dryRun ?? closed.dryRun,
    unmatched: user?.unmatched ?? closed.unmatched,
    asking: user?.asking ?? closed.asking,
    autoApply: user?.autoApply ?? closed.autoApply,
    push: {
      protected: user?.push?.protected ?? closed.push.protected,
      allowed: user?.push?.allowed ?? closed.push.allowed,
    },
    network: { hosts: [...new Set([...operatorHosts, ...(user?.network?.hosts ?? closed.network.hosts)])] },
  };
  // nobody knows what a file that cannot be read would have closed
  if (sources.some(({ problems }) => problems.length > 0)) own.network = closed.network;
  return repository ? tightenSettings(own, repository) : own;
}

function stricter(left: Verdict, right: Verdict): Verdict {
  return strictness[left] >= strictness[right] ? left : right;
}

/** The stricter of both; lists of what is permitted are cut to what both permit. */
function tightenSettings(own: PolicySettings, repository: PolicyFile): PolicySettings {
  const both = (left: readonly string[], right: readonly string[] | undefined): string[] =>
    right ? left.filter((item) => right.includes(item)) : [...left];
  return {
    plan: repository.plan === "required" ? "required" : own.plan,
    dryRun: repository.dryRun === true || own.dryRun,
    unmatched: stricter(own.unmatched, repository.unmatched ?? "allow"),
    asking: repository.asking === "deny" ? "deny" : own.asking,
    autoApply: repository.autoApply === "never" ? "never" : own.autoApply,
    push: {
      protected: [...new Set([...own.push.protected, ...(repository.push?.protected ?? [])])],
      allowed: both(own.push.allowed, repository.push?.allowed).filter(
        (name) => !repository.push?.protected?.some((pattern) => isAnything(pattern, name)),
      ),
    },
    network: { hosts: narrowHosts(own.network.hosts, repository.network?.hosts) },
  };
}

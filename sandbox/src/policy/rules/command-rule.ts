// Whether one rule speaks of one command. Pure; an `allow` rule reads strictly, the others generously.
import type { CommandRule, FileJudgement, ProgramOrigin, RulePlace } from "@outpost/protocol";
import { checkValue, isLike, type ValueContext } from "./argument-kinds.ts";
import {
  countFlagWords,
  type FlagReader,
  type FlagSpec,
  hasFlagLike,
  isFlag,
  parseFlagSpec,
  readFlags,
} from "./flags.ts";
import { placePath } from "./paths.ts";

/** A command whose program is known: wrappers are off, its name stands for what would run. */
export interface PlainProgram {
  name: string;
  /** How it is reached; null: by its name, in the system or a toolchain. */
  origin: ProgramOrigin | null;
  args: readonly string[];
}

export interface CompiledRule {
  rule: CommandRule;
  place: RulePlace;
  programs: ReadonlySet<string>;
  subcommands: string[][];
  globalFlags: FlagSpec[];
  flags: FlagSpec[];
  afterDashes: { flags: FlagSpec[]; words: string[] } | null;
}

export type RuleMatch =
  | { matches: true }
  /** `near`: the program (and subcommand) is this rule's, something else is not. */
  | { matches: false; near: boolean; why: string; forbidden?: FileJudgement };

const elsewhere: RuleMatch = { matches: false, near: false, why: "" };

export function compileRule(rule: CommandRule, place: RulePlace): CompiledRule {
  const specs = (flags: readonly string[]): FlagSpec[] => flags.map(parseFlagSpec).filter((spec) => spec !== null);
  const after = rule.afterDashes;
  return {
    rule,
    place,
    programs: new Set(rule.program),
    subcommands: (rule.subcommand ?? []).map((words) => words.split(" ")),
    globalFlags: specs(rule.globalFlags),
    flags: Array.isArray(rule.flags) ? specs(rule.flags) : [],
    afterDashes: after ? { flags: specs(after.filter(isFlag)), words: after.filter((word) => !isFlag(word)) } : null,
  };
}

export function matchRule(compiled: CompiledRule, program: PlainProgram, context: ValueContext): RuleMatch {
  const { rule, programs } = compiled;
  if (!programs.has(program.name)) return elsewhere;
  if (program.origin !== null && !rule.from.includes(program.origin) && rule.verdict === "allow") return elsewhere;
  return rule.verdict === "allow"
    ? matchStrictly(compiled, program.args, context)
    : matchGenerously(compiled, program.args, context);
}

function matchStrictly(compiled: CompiledRule, args: readonly string[], context: ValueContext): RuleMatch {
  const { rule } = compiled;
  const reader: FlagReader = { flags: compiled.globalFlags, style: rule.style, context };
  const skipped = countFlagWords(args, reader);
  const words = args.slice(skipped);
  const subcommand = compiled.subcommands.find((parts) =>
    parts.every((part, index) => isLike(part, words[index] ?? "")),
  );
  if (compiled.subcommands.length > 0 && !subcommand) return elsewhere;
  const after = words.slice(subcommand?.length ?? 0);
  if (rule.flags === "any" && rule.arguments === "any") return { matches: true };
  const reading = readFlags(after, { ...reader, flags: compiled.flags });
  if (!reading.ok) return far(reading.why, reading.check && !reading.check.fits ? reading.check.forbidden : undefined);
  const { positionals, rest } = reading.words;
  if (rest === null || !compiled.afterDashes) return matchArguments(rule, [...positionals, ...(rest ?? [])], context);
  const own = matchArguments(rule, positionals, context);
  return own.matches
    ? matchAfterDashes(compiled.afterDashes, rest, { ...reader, flags: compiled.afterDashes.flags })
    : own;
}

function matchAfterDashes(
  allowed: NonNullable<CompiledRule["afterDashes"]>,
  rest: readonly string[],
  reader: FlagReader,
): RuleMatch {
  const reading = readFlags(rest, reader);
  if (!reading.ok) return far(`after "--": ${reading.why}`);
  for (const word of [...reading.words.positionals, ...(reading.words.rest ?? [])]) {
    const checks = allowed.words.map((kind) => checkValue(kind, word, reader.context));
    if (!checks.some((check) => check.fits)) return far(`after "--": ${JSON.stringify(word)} is not in the list`);
  }
  return { matches: true };
}

function matchArguments(rule: CommandRule, positionals: readonly string[], context: ValueContext): RuleMatch {
  if (rule.arguments === "any") return { matches: true };
  const kinds = rule.arguments ?? [];
  const last = kinds.at(-1) ?? "";
  const isOpen = last.endsWith("...");
  for (const [index, value] of positionals.entries()) {
    const kind = kinds[index] ?? (isOpen ? last : undefined);
    if (kind === undefined) return far(`${JSON.stringify(value)} is one argument too many`);
    const check = checkValue(kind.replace(/\.\.\.$/, ""), value, context);
    if (!check.fits) return far(`${JSON.stringify(value)} ${check.why}`, check.forbidden);
  }
  return { matches: true };
}

function far(why: string, forbidden?: FileJudgement): RuleMatch {
  return { matches: false, near: true, why, ...(forbidden && { forbidden }) };
}

function matchGenerously(
  { rule, subcommands }: CompiledRule,
  args: readonly string[],
  context: ValueContext,
): RuleMatch {
  const plain = args.filter((word) => !isFlag(word));
  if (subcommands.length > 0 && !subcommands.some((parts) => isSubcommandThere(args, parts))) return elsewhere;
  if (rule.hasFlag && !hasFlagLike(args, rule.hasFlag)) return elsewhere;
  if (rule.hasArgument && !rule.hasArgument.some((pattern) => args.some((word) => isAnything(pattern, word))))
    return elsewhere;
  if (rule.hasPath && !plain.some((word) => isPathLike(word, rule.hasPath, context))) return elsewhere;
  return { matches: true };
}

/** The first word may be the value of a flag before it, and then the next is the subcommand, and so on. */
function isSubcommandThere(args: readonly string[], [first = "", ...rest]: readonly string[]): boolean {
  for (const [index, word] of args.entries()) {
    if (isFlag(word)) continue;
    if (isLike(first, word)) {
      const after = args.slice(index + 1).filter((other) => !isFlag(other) || rest.includes(other));
      if (rest.every((part, at) => isLike(part, after[at] ?? ""))) return true;
    }
    if (!isFlag(args[index - 1] ?? "")) return false;
  }
  return false;
}

/** An `ask` rule that says nothing but which programs: it gives way to an `allow`. */
export function isFallback({ rule }: CompiledRule): boolean {
  return rule.verdict === "ask" && !rule.subcommand && !rule.hasFlag && !rule.hasArgument && !rule.hasPath;
}

/** Here `*` stands for anything at all. */
export function isAnything(pattern: string, word: string): boolean {
  const source = pattern.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`, "s").test(word);
}

function isPathLike(word: string, wanted: "root" | "outside" | undefined, { cwd }: ValueContext): boolean {
  if (/^~|^\$\{?HOME/.test(word)) return true;
  // `*` and `/*` mean all that is there.
  const place = placePath(word.replace(/(?:^|(?<=\/))\.?\*+$/, ".") || "/", cwd);
  if (wanted === "outside") return place.where === "outside" || place.where === "above";
  return place.where === "above" || (place.where === "inside" && (place.path === "." || place.path === ".git"));
}

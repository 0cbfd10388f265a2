// The policy, and what it says of a command, as lines for a person.
import type { CommandJudgement, JudgedPart, PolicyReport, RulePlace, Verdict } from "@outpost/protocol";
import { clip, count, fitLine, hang, wrap } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";
import { shellWords } from "./tool-call.ts";

/** The verdict first; below it every program that was found, where there are several. */
export function renderJudgement(judgement: CommandJudgement, paint: Paint): string {
  const { verdict, reason, rule, parts } = judgement;
  const head = `${paintVerdict(verdict, paint)}  ${hang(printable(reason), verdictColumns + 2, paint.columns)}`;
  const lines = [paint("dim", `by ${describePlace(rule)}`)];
  if (parts.length > 1) lines.push(...parts.map((part) => renderPart(part, paint)));
  return [head, ...lines.map((line) => fitLine(line, paint.columns))].join("\n");
}

function renderPart({ argv, verdict, reason, rule }: JudgedPart, paint: Paint): string {
  const about = paint("dim", `(${printable(reason)}; ${describePlace(rule)})`);
  return `  ${paintVerdict(verdict, paint)}  ${printable(shellWords(argv))} ${about}`;
}

const verdictColumns = 5;

function paintVerdict(verdict: Verdict, paint: Paint): string {
  return paint(verdict === "allow" ? "green" : verdict === "ask" ? "yellow" : "red", verdict.padEnd(verdictColumns));
}

function describePlace(rule: RulePlace | null): string {
  return rule === null ? "no rule" : `rule ${rule.id}, ${printable(rule.file)}:${rule.line}`;
}

export function renderPolicy(report: PolicyReport, withRules: boolean, paint: Paint): string {
  const { sources, settings } = report;
  const lines = [paint("bold", `policy ${report.hash.slice(0, 12)}`)];
  for (const { file, commands, files, problem } of sources) {
    const holds = problem === null ? "" : `  ${paint("red", `cannot be used: ${printable(problem)}`)}`;
    const rules = paint("dim", `${count(commands, "command rule")}, ${count(files, "file rule")}`);
    lines.push(`  ${hang(`${printable(file)}  ${rules}${holds}`, 4, paint.columns)}`);
  }
  const lists = (items: readonly string[]): string => (items.length === 0 ? "none" : items.map(printable).join(", "));
  const said = [
    `plan ${settings.plan}; dry run ${settings.dryRun ? "yes" : "no"}; unmatched commands ${settings.unmatched}; asking ${settings.asking === "wait" ? "waits" : "denies"}; changes applied by themselves: ${settings.autoApply === "never" ? "never" : "when green"}`,
    `branches protected besides those of the configuration: ${lists(settings.push.protected)}; of these allowed: ${lists(settings.push.allowed)}`,
    `network: ${lists(settings.network.hosts)}`,
  ];
  lines.push(...said.map((line) => wrap(line, paint.columns)));
  return withRules ? [...lines, "", ...renderRules(report, paint)].join("\n") : lines.join("\n");
}

function renderRules({ commands, files }: PolicyReport, paint: Paint): string[] {
  const about = (reason: string, place: RulePlace | null) =>
    paint("dim", `${printable(reason)} (${describePlace(place)})`);
  const rows = [
    ...commands.map(({ place, rule }) => {
      const what = [rule.program.join("|"), ...(rule.subcommand ? [rule.subcommand.join("|")] : [])].join(" ");
      return [paintVerdict(rule.verdict, paint), printable(what), about(rule.reason, place)];
    }),
    ...files.map(({ place, rule }) => {
      const verdict = rule.access === "deny" ? paint("red", "deny ") : paint("yellow", rule.access.padEnd(5));
      return [verdict, printable(rule.globs.join(" ")), about(rule.reason, place)];
    }),
  ];
  return rows.map((row) => clip(row.join("  "), paint.columns));
}

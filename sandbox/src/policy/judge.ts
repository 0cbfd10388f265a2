// Says allow, ask or deny about one command: wrappers off, shell lines to plain lists, each program by the rules, the strictest wins.
// Covered: what argv says. Not covered: what a program that is allowed does by itself (a build runs the repository's code): the sandbox
// is the boundary, these rules say what a person wants to be asked about.

import type { FileRules } from "@outpost/core";
import type { CommandJudgement, JudgedPart, ProgramOrigin } from "@outpost/protocol";
import { hasInvisible, looksLikeOther } from "./invisible.ts";
import { nameProgram } from "./program-name.ts";
import type { ValueContext } from "./rules/argument-kinds.ts";
import type { CompiledRule, PlainProgram } from "./rules/command-rule.ts";
import { askPart, judgeProgram, strictness } from "./rules/judge-program.ts";
import { placePath } from "./rules/paths.ts";
import type { PlainCommand } from "./shell/plain-line.ts";
import { reduceShellLine } from "./shell/reduce.ts";
import type { ReadShellTree } from "./shell/second-opinion.ts";
import { isHarmlessAssignment, unwrap } from "./wrappers/unwrap.ts";

export interface JudgePorts {
  rulesOf(program: string): readonly CompiledRule[];
  files: FileRules;
  readShellTree: ReadShellTree;
}

export type JudgeCommand = (argv: readonly string[], cwd: string) => CommandJudgement;

const maxDepth = 8;
const maxParts = 200;

interface Judging {
  ports: JudgePorts;
  parts: JudgedPart[];
}

/** `cwd`: relative to the worktree. */
export function createCommandJudge(ports: JudgePorts): JudgeCommand {
  return (argv, cwd) => {
    const judging: Judging = { ports, parts: [] };
    judgeArgv(judging, { argv, origin: null, cwd: cwd === "" ? "." : cwd, depth: 0 });
    return strictestOf(judging.parts, argv);
  };
}

export function strictestOf(parts: JudgedPart[], argv: readonly string[]): CommandJudgement {
  const strictest = parts.reduce(
    (worst, part) => (strictness[part.verdict] > strictness[worst.verdict] ? part : worst),
    parts[0] ?? askPart(argv, "nothing is known of it"),
  );
  // What allows is the rule of the program itself, not of the wrapper around it.
  const shown = strictest.verdict === "allow" ? (parts.find((part) => part.rule !== null) ?? strictest) : strictest;
  return { verdict: shown.verdict, reason: shown.reason, rule: shown.rule, parts };
}

interface Given {
  argv: readonly string[];
  origin: ProgramOrigin | null;
  cwd: string;
  depth: number;
}

function judgeArgv(judging: Judging, given: Given): void {
  const { argv, depth } = given;
  const { parts } = judging;
  if (parts.length >= maxParts || depth > maxDepth) {
    parts.push(askPart(argv, `there are more than ${depth > maxDepth ? maxDepth : maxParts} commands in one another`));
    return;
  }
  const hidden = argv.find(hasInvisible);
  if (hidden !== undefined)
    parts.push(askPart(argv, `has characters that cannot be seen in ${JSON.stringify(hidden.slice(0, 60))}`));
  const alike = argv.find(looksLikeOther);
  if (alike !== undefined)
    parts.push(askPart(argv, `has characters that look like others in ${JSON.stringify(alike.slice(0, 60))}`));
  const named = nameProgram(argv[0] ?? "", given.origin);
  if (!named.known) {
    parts.push(askPart(argv, named.why));
    if (named.guess === null) return;
  }
  const program: PlainProgram = {
    name: named.known ? named.name : (named.guess ?? ""),
    origin: named.origin,
    // The bracket that `[` is closed by is no operand.
    args: argv[0] === "[" && argv.at(-1) === "]" ? argv.slice(1, -1) : argv.slice(1),
  };
  const context: ValueContext = { cwd: given.cwd, files: judging.ports.files };
  const unwrapped = unwrap(program.name, program.origin, program.args, context);
  if (!unwrapped) {
    parts.push(judgeProgram(judging.ports.rulesOf(program.name), argv, program, context));
    return;
  }
  parts.push({
    argv: [...argv],
    verdict: unwrapped.verdict,
    reason: `"${program.name}" ${unwrapped.reason}`,
    rule: null,
  });
  for (const inner of unwrapped.inner) judgeArgv(judging, { ...given, ...inner, depth: depth + 1 });
  if (unwrapped.line !== undefined) judgeLine(judging, unwrapped.line, { ...given, origin: null, depth: depth + 1 });
}

function judgeLine(judging: Judging, text: string, given: Given): void {
  const { line, found } = reduceShellLine(text, judging.ports.readShellTree);
  if (!line.plain) {
    judging.parts.push(askPart([text], `the shell line ${line.why}`));
    for (const argv of found)
      judgeArgv(judging, { ...given, argv: argv.slice(argv.findIndex((word) => !/^\w+=/.test(word))) });
    return;
  }
  let { cwd } = given;
  let mayMove = true;
  for (const [index, command] of line.commands.entries()) {
    if (command.joint !== null && command.joint !== "&&") mayMove = false;
    judgeAssignments(judging, command);
    const moved =
      command.argv[0] === "cd" ? readChange(command, line.commands[index + 1], cwd, judging.ports.files) : null;
    if (moved === null) judgeArgv(judging, { ...given, argv: command.argv, cwd });
    else if (moved.to !== null && mayMove) {
      cwd = moved.to;
      judging.parts.push({
        argv: command.argv,
        verdict: "allow",
        reason: "goes to a folder of the repository",
        rule: null,
      });
    } else
      judging.parts.push(
        askPart(
          command.argv,
          moved.to === null
            ? moved.why
            : "changes the folder where it may fail, so that it is not known where the rest runs",
        ),
      );
  }
}

function judgeAssignments({ parts }: Judging, { assignments, argv }: PlainCommand): void {
  for (const { name, value } of assignments) {
    if (!isHarmlessAssignment(name, value))
      parts.push(askPart([`${name}=${value}`, ...argv], `sets ${name}, which may change what is run`));
  }
}

/** Where `cd` leads; only in a chain of "&&", so that nothing runs in another place when it fails. */
function readChange(
  command: PlainCommand,
  next: PlainCommand | undefined,
  cwd: string,
  files: FileRules,
): { to: string | null; why: string } {
  const [, target, ...more] = command.argv;
  if (target === undefined || more.length > 0 || target.startsWith("-"))
    return { to: null, why: "is no plain change of the folder" };
  const place = placePath(target, cwd);
  if (place.where !== "inside") return { to: null, why: "leaves the repository" };
  if (files.judge(place.path).access === "deny") return { to: null, why: "goes to a folder that is denied" };
  return next === undefined || next.joint === "&&"
    ? { to: place.path, why: "" }
    : { to: null, why: "is followed by a command that runs also when it fails" };
}

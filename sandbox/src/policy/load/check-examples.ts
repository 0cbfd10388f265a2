// Runs the examples that rules carry: each must match, or not match, the rule it stands in. A rule whose examples fail is not used.

import type { FileRules } from "@outpost/core";
import type { FileRule, RulePlace } from "@outpost/protocol";
import { createFileRules } from "../files/file-rules.ts";
import { createCommandJudge } from "../judge.ts";
import type { CompiledRule } from "../rules/command-rule.ts";
import { readPlainLine } from "../shell/plain-line.ts";
import type { ReadShellTree } from "../shell/second-opinion.ts";
import type { ParsedPolicy, PolicyProblem } from "./parse-policy.ts";

const openFiles: FileRules = { judge: () => ({ access: "write", reason: "", rule: null }) };

export interface ExampleCheck {
  problems: PolicyProblem[];
  checked: number;
}

export function checkExamples(
  parsed: ParsedPolicy,
  compiled: readonly CompiledRule[],
  readShellTree: ReadShellTree,
): ExampleCheck {
  const { value, lineOf } = parsed;
  const problems: PolicyProblem[] = [];
  let checked = 0;
  const expect = (
    path: readonly PropertyKey[],
    isMatched: boolean | string,
    wanted: boolean,
    text: string,
    name: string,
  ): void => {
    checked++;
    if (typeof isMatched === "string")
      problems.push({ line: lineOf(path), message: `${name}: example ${JSON.stringify(text)} ${isMatched}` });
    else if (isMatched !== wanted) {
      problems.push({
        line: lineOf(path),
        message: `${name}: example ${JSON.stringify(text)} ${wanted ? "does not match" : "matches"} the rule, and should${wanted ? "" : " not"}`,
      });
    }
  };
  for (const [index, rule] of compiled.entries()) {
    for (const key of ["matches", "matchesNot"] as const) {
      for (const [at, line] of rule.rule[key].entries()) {
        expect(
          ["commands", index, key, at],
          isMatchedBy(rule, line, readShellTree),
          key === "matches",
          line,
          `rule "${rule.rule.id}"`,
        );
      }
    }
  }
  for (const [index, rule] of value.files.entries()) {
    const place: RulePlace = { id: "example", level: "user", file: "", line: 0 };
    for (const key of ["matches", "matchesNot"] as const) {
      for (const [at, path] of rule[key].entries()) {
        expect(["files", index, key, at], isFileMatched(rule, place, path), key === "matches", path, `files[${index}]`);
      }
    }
  }
  return { problems, checked };
}

/** The rule is asked alone, through the wrappers that are in the example. */
function isMatchedBy(compiled: CompiledRule, line: string, readShellTree: ReadShellTree): boolean | string {
  const read = readPlainLine(line);
  if (!read.plain) return `${read.why}, and cannot be an example`;
  const [command, ...more] = read.commands;
  if (!command || more.length > 0) return "is not one command";
  const judge = createCommandJudge({ rulesOf: () => [compiled], files: openFiles, readShellTree });
  return judge(command.argv, ".").parts.some((part) => part.rule !== null);
}

function isFileMatched(rule: FileRule, place: RulePlace, path: string): boolean {
  return createFileRules([{ rule, place }]).judge(path).rule !== null;
}

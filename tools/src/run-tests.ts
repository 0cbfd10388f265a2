// run_tests: the repository's tests, by the environment's command, the model's, or detection. Returns what they measured as evidence.
// Counts are read from the runner's own summary; whether the run succeeded is its exit code's to say.
import type { CommandResult, ProcessResult, ToolContext, ToolResult } from "@outpost/core";
import type { TestEvidence } from "@outpost/protocol";
import { z } from "zod";
import { argvSchema } from "./arguments/argv.ts";
import { defineTool } from "./define-tool.ts";
import { cutLine, takeTail } from "./observation/fit.ts";
import { describeEnd, outputText, readOnHint, showOutput } from "./observation/process-text.ts";
import { parseTestCounts, type TestCounts } from "./test-runs/counts.ts";
import { findTestPlan } from "./test-runs/find-test-plan.ts";
import { frameworkOfCommand } from "./test-runs/framework-of-command.ts";
import type { TestPlan } from "./test-runs/test-plan.ts";
import { relativePath } from "./worktree-path.ts";

const evidenceCharacters = 4000;

export const runTests = defineTool({
  name: "run_tests",
  description: "Run all tests, or those of path; argv only if detection fails.",
  compact: { description: "Run the tests.", optional: ["path"] },
  effect: "command",
  parameters: z.object({ argv: argvSchema.optional(), path: z.string().optional() }),
  example: { path: "tests/test_greet.py" },
  async run(value, context): Promise<ToolResult> {
    const path = value.path === undefined ? "." : relativePath(value.path, context.worktree);
    const plans = await choosePlans(value.argv, path === "." ? undefined : path, context);
    if (plans.length === 0) return { ok: false, text: nothingFound };
    const room = Math.floor(context.observationCharacters / plans.length) - maxHeadingCharacters;
    const runs: SuiteRun[] = [];
    for (const plan of plans) runs.push(describeSuite(await runPlan(plan, context), room));
    const [only] = runs;
    if (runs.length === 1 && only) return { ok: only.ok, text: only.text, tests: [only.evidence] };
    const text = [summariseSuites(runs), ...runs.map((run) => run.text)].join("\n\n");
    return { ok: runs.every((run) => run.ok), text, tests: runs.map((run) => run.evidence) };
  },
});

interface SuiteRun {
  ok: boolean;
  text: string;
  counts: TestCounts | undefined;
  /** How the process ended, in words. */
  end: string;
  evidence: Omit<TestEvidence, "phase">;
}

const maxHeadingCharacters = 300;

const nothingFound =
  'no tests were found: no test script in package.json, no tests in CMakeLists.txt, no pytest or unittest files, no "test" target in a Makefile; give argv, for example ["python3","-m","pytest","tests"]';

async function choosePlans(
  argv: readonly string[] | undefined,
  path: string | undefined,
  context: ToolContext,
): Promise<TestPlan[]> {
  const given = argv ?? context.environment.testArgv;
  if (given === undefined) {
    const { plan, besides } = await findTestPlan(context.worktree.files, context.environment, path);
    if (!plan) return [];
    return path === undefined ? [plan, ...besides] : [plan];
  }
  const target = path === undefined || given.includes(path) ? [] : [path];
  return [{ framework: frameworkOfCommand(given), argv: [...given, ...target] }];
}

/** Runs it, or what is to be run instead when its output says so. */
async function runPlan(plan: TestPlan, context: ToolContext): Promise<{ plan: TestPlan; result: CommandResult }> {
  const command = { argv: plan.argv, ...(plan.cwd !== undefined && { cwd: plan.cwd }) };
  const result = await context.commands.run(command, context.signal);
  if (result.ended === "aborted") context.signal.throwIfAborted();
  const isOtherwise = plan.otherwise && result.exitCode !== 0 && plan.otherwise.when.test(allText(result));
  return isOtherwise && plan.otherwise ? runPlan(plan.otherwise.plan, context) : { plan, result };
}

function describeSuite({ plan, result }: { plan: TestPlan; result: CommandResult }, room: number): SuiteRun {
  const output = allText(result);
  const counts = parseTestCounts(plan.framework, output);
  const framework = counts?.framework ?? plan.framework;
  const readOn = result.name === undefined ? "run fewer tests: give a path" : readOnHint(result);
  const ranNothing = counts !== undefined && counts.passed + counts.failed + counts.skipped === 0;
  const heading = [
    `${framework}: ${describeCounts(counts)} (${describeEnd(result)})`,
    `ran ${cutLine(JSON.stringify(plan.argv), 160)}${plan.cwd === undefined ? "" : ` in ${plan.cwd}`}`,
  ].join("\n");
  return {
    ok: result.ended === "exit" && result.exitCode === 0 && !ranNothing,
    text: `${heading}\n${showOutput(result, room, readOn, 0.25)}`,
    counts,
    end: describeEnd(result),
    evidence: evidenceOf(plan, framework, counts, result, output),
  };
}

/** The sum of all suites, ended as the first one that failed. */
function summariseSuites(runs: SuiteRun[]): string {
  const sum = (key: "passed" | "failed" | "skipped") =>
    runs.reduce((total, run) => total + (run.counts?.[key] ?? 0), 0);
  const counts = { framework: "", passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
  const end = (runs.find((run) => !run.ok) ?? runs[0])?.end ?? "";
  return `${runs.map((run) => run.evidence.framework).join(" + ")}: ${describeCounts(counts)} (${end})`;
}

function describeCounts(counts: TestCounts | undefined): string {
  if (counts === undefined) return "the output has no summary with counts";
  if (counts.passed + counts.failed + counts.skipped === 0) return "no tests ran";
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

function evidenceOf(
  plan: TestPlan,
  framework: string,
  counts: TestCounts | undefined,
  result: ProcessResult,
  output: string,
): Omit<TestEvidence, "phase"> {
  return {
    argv: plan.argv,
    ...(plan.cwd === undefined ? {} : { cwd: plan.cwd }),
    framework,
    exitCode: result.ended === "exit" ? result.exitCode : null,
    signal: result.signal,
    passed: counts?.passed ?? null,
    failed: counts?.failed ?? null,
    skipped: counts?.skipped ?? null,
    durationMs: Math.round(result.durationMs),
    outputTail: takeTail(output, evidenceCharacters),
  };
}

/** Runners print their summary to either stream. */
function allText(result: ProcessResult): string {
  return [outputText(result.stdout), outputText(result.stderr)].filter((text) => text !== "").join("\n");
}

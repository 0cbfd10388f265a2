// run_tests: the repository's tests, by the environment's command, the model's, or detection. Returns what they measured as evidence.
// Counts are read from the runner's own summary; whether the run succeeded is its exit code's to say.
import type { ProcessResult, ToolContext, ToolResult } from "@outpost/core";
import type { TestEvidence } from "@outpost/protocol";
import { z } from "zod";
import { argvSchema } from "./arguments/argv.ts";
import { defineTool } from "./define-tool.ts";
import { cutLine, takeTail } from "./observation/fit.ts";
import { describeEnd, outputText, showOutput } from "./observation/process-text.ts";
import { parseTestCounts, type TestCounts } from "./test-runs/counts.ts";
import { findTestPlan } from "./test-runs/find-test-plan.ts";
import { frameworkOfCommand } from "./test-runs/framework-of-command.ts";
import type { TestPlan } from "./test-runs/test-plan.ts";
import { relativePath } from "./worktree-path.ts";

const evidenceCharacters = 4000;

export const runTests = defineTool({
  name: "run_tests",
  description: "Run the tests: all, or those of path. argv only if detection fails.",
  effect: "command",
  parameters: z.object({ argv: argvSchema.optional(), path: z.string().optional() }),
  example: { path: "tests/test_greet.py" },
  async run(value, context): Promise<ToolResult> {
    const path = value.path === undefined ? "." : relativePath(value.path, context.worktree);
    const { plan, others } = await choosePlan(value.argv, path === "." ? undefined : path, context);
    if (plan === undefined) return { ok: false, text: nothingFound };
    let used = plan;
    let result = await runPlan(used, context);
    if (used.otherwise && result.exitCode !== 0 && used.otherwise.when.test(allText(result))) {
      used = used.otherwise.plan;
      result = await runPlan(used, context);
    }
    return describeRun(used, others, result, context);
  },
});

const nothingFound =
  'no tests were found: no test script in package.json, no tests in CMakeLists.txt, no pytest or unittest files, no "test" target in a Makefile; give argv, for example ["python3","-m","pytest","tests"]';

async function choosePlan(
  argv: readonly string[] | undefined,
  path: string | undefined,
  context: ToolContext,
): Promise<{ plan: TestPlan | undefined; others: string[] }> {
  const given = argv ?? context.environment.testArgv;
  if (given === undefined) return findTestPlan(context.worktree.files, context.environment, path);
  const target = path === undefined || given.includes(path) ? [] : [path];
  return { plan: { framework: frameworkOfCommand(given), argv: [...given, ...target] }, others: [] };
}

async function runPlan(plan: TestPlan, context: ToolContext): Promise<ProcessResult> {
  const command = { argv: plan.argv, ...(plan.cwd !== undefined && { cwd: plan.cwd }) };
  const result = await context.commands.run(command, context.signal);
  if (result.ended === "aborted") context.signal.throwIfAborted();
  return result;
}

function describeRun(plan: TestPlan, others: string[], result: ProcessResult, context: ToolContext): ToolResult {
  const output = allText(result);
  const counts = parseTestCounts(plan.framework, output);
  const framework = counts?.framework ?? plan.framework;
  const ranNothing = counts !== undefined && counts.passed + counts.failed + counts.skipped === 0;
  const heading = [
    `${framework}: ${describeCounts(counts)} (${describeEnd(result)})`,
    `ran ${cutLine(JSON.stringify(plan.argv), 160)}${plan.cwd === undefined ? "" : ` in ${plan.cwd}`}`,
    ...(others.length > 0 ? [`there is also ${others.join(", ")}`] : []),
  ].join("\n");
  const room = context.observationCharacters - heading.length - 1;
  const shown = showOutput(result, room, "run fewer tests: give a path", 0.25);
  return {
    ok: result.ended === "exit" && result.exitCode === 0 && !ranNothing,
    text: `${heading}\n${shown}`,
    test: evidenceOf(plan, framework, counts, result, output),
  };
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

// The report as Markdown, for a person who has five minutes: what came of the work, what waits, what to do; then the tables. Pure; times are
// in UTC. Text of tasks and tools is put so that it cannot be taken for the report's own.
import { makeVisible, type ReviewReport, tokensPerSecond } from "@outpost/protocol";

const shownFailures = 8;
const shownDenied = 10;
const shownWaiting = 20;
const dayMs = 86_400_000;

export function renderReport(report: ReviewReport): string {
  const { work } = report;
  const parts = [
    `# Review of ${date(report.fromMs)} to ${date(report.toMs)}`,
    `Everything here is computed from the event log. The queue stands until somebody resumes it: \`outpost review-pause resume\`.`,
    ...renderIncomplete(report),
    summarise(report),
    section(
      "What to do",
      report.recommendations.map(({ rule, text }) => `- ${text} *(${rule})*`),
      "Nothing stands out.",
    ),
    renderWaiting(report),
    ...renderLeaving(report),
    renderRuns(report),
    renderStages(report),
    renderTests(report),
    renderModels(report),
    renderGit(report),
    renderFailures(report),
    renderDenied(report),
    section("Tools", table(["tool", "allowed", "asked", "denied"], toolRows(work)), "No tool was called."),
  ];
  return `${parts.join("\n\n")}\n`;
}

function summarise({ work, successRate, runsPerDay, waitingTotal, fromMs, toMs }: ReviewReport): string {
  const ended = sum(Object.values(work.runsEnded));
  const days = Math.max(1, Math.round((toMs - fromMs) / dayMs));
  const success = successRate === null ? "none of them was judged" : `${percent(successRate)} succeeded`;
  const applied = sum(Object.values(work.git.applied));
  return [
    `**${number(work.tasksCreated)} tasks** came in over ${days} ${days === 1 ? "day" : "days"}; **${number(ended)} runs** ended (${runsPerDay.toFixed(1)} a day), ${success}.`,
    `${number(work.git.changes)} changes were proposed, ${number(applied)} applied, ${number(work.git.rejected)} rejected, ${number(work.git.reverted)} reverted.`,
    waitingTotal === 0 ? "Nothing waits for you." : `**${number(waitingTotal)} tasks wait for you.**`,
  ].join(" ");
}

function renderWaiting({ waiting, waitingTotal, toMs }: ReviewReport): string {
  const rows = waiting
    .slice(0, shownWaiting)
    .map(({ taskId, state, instruction, sinceMs, reason }) => [
      code(taskId),
      state,
      duration(Math.max(0, toMs - sinceMs)),
      cell(reason === null ? instruction : `${instruction} (${reason})`),
    ]);
  const more = waitingTotal > rows.length ? ["", `and ${waitingTotal - rows.length} more: \`outpost tasks\``] : [];
  return section("What waits for you", [...table(["task", "state", "for", "what"], rows), ...more], "Nothing.");
}

/** The word that is given before anything a person might still want is removed. */
function renderLeaving({ leaving }: ReviewReport): string[] {
  if (leaving === undefined || leaving.tasks === 0) return [];
  const { tasks, applied } = leaving;
  const lost =
    applied === 0
      ? ""
      : ` ${number(applied)} of them have an applied change that Outpost can then no longer revert: \`outpost revert TASK\` now, or raise \`keptTaskDays\`.`;
  return [
    section(
      "What goes",
      [`${number(tasks)} ended tasks become too old before the next review, and go with their events.${lost}`],
      "",
    ),
  ];
}

function renderIncomplete({ incompleteBeforeMs }: ReviewReport): string[] {
  if (incompleteBeforeMs === undefined) return [];
  return [
    `**Events up to ${date(incompleteBeforeMs)} were removed with their tasks (\`keptTaskDays\`, \`keptTasks\`) or their repository: the numbers are of what is left.**`,
  ];
}

function renderRuns({ work }: ReviewReport): string {
  const outcomes = Object.entries(work.runsEnded).sort(([, one], [, other]) => other - one);
  const { queueWaitMs, runTimeMs, stepsPerRun } = work;
  return section(
    "Runs",
    [
      ...table(
        ["outcome", "runs"],
        outcomes.map(([outcome, count]) => [outcome, number(count)]),
      ),
      "",
      ...table(
        ["", "median", "95 of 100 within", "longest"],
        [
          ["wait in the queue", ...spread(queueWaitMs, duration)],
          ["time of a run", ...spread(runTimeMs, duration)],
          ["steps of a run", ...spread(stepsPerRun, number)],
        ],
      ),
      "",
      `${number(work.runsStarted)} runs were begun for ${number(work.tasksStarted)} new tasks; ${number(work.retries)} retries of ${number(work.tasksRetried)} tasks; ${number(work.takeovers)} runs were taken over from workers that died.`,
    ],
    "No run was begun.",
  );
}

function renderStages({ work: { stages } }: ReviewReport): string {
  const { tests, ...rest } = stages;
  const total = sum(Object.values(rest));
  const names: Record<keyof typeof rest, string> = {
    queue: "waiting in the queue",
    model: "the model",
    tools: "reading and editing",
    commands: `commands in the sandbox (tests: ${duration(tests)})`,
    person: "waiting for a person",
  };
  const rows = (Object.keys(names) as (keyof typeof rest)[]).map((stage) => [
    names[stage],
    duration(rest[stage]),
    total === 0 ? "" : percent(rest[stage] / total),
  ]);
  return section("Where time went", table(["", "time", "share"], rows), "");
}

function renderTests({ work: { tests } }: ReviewReport): string {
  if (tests.runs === 0) return section("Tests", [], "None were run.");
  const { passed, failed, skipped } = tests;
  const covered = tests.coverage.map(({ taskId, percent: value }) => `${value} % (${code(taskId)})`);
  const coverage =
    covered.length === 0
      ? "No run reported its coverage."
      : `Coverage as runs reported it: ${covered.slice(0, 5).join(", ")}.`;
  return section(
    "Tests",
    [
      `${number(tests.runs)} runs: ${number(tests.green)} green, ${number(tests.red)} red. Single tests: ${number(passed)} passed, ${number(failed)} failed, ${number(skipped)} skipped.`,
      coverage,
    ],
    "",
  );
}

function renderModels({ work: { models, hits } }: ReviewReport): string {
  const rows = models.map((model) => {
    const speed = tokensPerSecond(model);
    return [
      code(model.provider === "" ? model.name : `${model.provider}/${model.name}`),
      number(model.calls),
      number(model.promptTokens),
      number(model.outputTokens),
      speed === null ? "" : speed.toFixed(1),
      number(sum(Object.values(model.failures))),
    ];
  });
  const shown =
    hits.shown === 0
      ? []
      : [
          "",
          `Search showed ${number(hits.shown)} files; the runs used ${number(hits.used)} of them (${percent(hits.used / hits.shown)}).`,
        ];
  return section(
    "Models",
    [...table(["model", "calls", "prompt tokens", "output tokens", "tokens/s", "failed"], rows), ...shown],
    "No model was called.",
  );
}

function renderGit({ work: { git } }: ReviewReport): string {
  const applied = Object.entries(git.applied).map(([target, count]) => `${number(count)} to ${target}`);
  return section(
    "Git",
    [
      `${number(git.checkpoints)} checkpoints; ${number(git.changes)} changes with ${number(git.files)} files, +${number(git.addedLines)} −${number(git.removedLines)} lines.`,
      `Applied: ${applied.length === 0 ? "none" : applied.join(", ")}. Commits: ${number(git.commits)}, pushes: ${number(git.pushes)}. Did not fit when applied: ${number(git.applyFailed)}.`,
    ],
    "",
  );
}

function renderFailures({ work: { failures } }: ReviewReport): string {
  const lines = failures
    .slice(0, shownFailures)
    .flatMap(({ kind, name, count, examples }) => [
      `- **${kind.replace("_", " ")}:** ${code(name)}, ${number(count)} times`,
      ...examples.slice(0, 2).map(({ taskId, message }) => `  - ${code(taskId)}: ${quote(message)}`),
    ]);
  const more = failures.length > shownFailures ? [`- and ${failures.length - shownFailures} other kinds`] : [];
  return section("Commonest failures", [...lines, ...more], "Nothing failed.");
}

function renderDenied({ work: { denied } }: ReviewReport): string {
  const rows = denied
    .slice(0, shownDenied)
    .map(({ call, tool, rule, count, taskIds }) => [
      number(count),
      quote(call),
      cell(rule ?? tool),
      taskIds.map(code).join(" "),
    ]);
  return section("Denied", table(["times", "call", "rule", "tasks"], rows), "Nothing was denied.");
}

function toolRows({ toolCalls }: ReviewReport["work"]): string[][] {
  const tools = new Map<string, Record<string, number>>();
  for (const { tool, verdict, count } of toolCalls) tools.set(tool, { ...tools.get(tool), [verdict]: count });
  return [...tools]
    .sort(([, one], [, other]) => sum(Object.values(other)) - sum(Object.values(one)))
    .map(([tool, counts]) => [code(tool), ...["allow", "ask", "deny"].map((verdict) => number(counts[verdict] ?? 0))]);
}

function section(title: string, lines: readonly string[], otherwise: string): string {
  return `## ${title}\n\n${lines.length === 0 ? otherwise : lines.join("\n")}`;
}

/** No rows, no table. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? "---" : "---"))), ...rows.map(line)];
}

function spread(
  { count, median, p95, max }: ReviewReport["work"]["runTimeMs"],
  show: (value: number) => string,
): string[] {
  return count === 0 ? ["", "", ""] : [show(median ?? 0), show(p95 ?? 0), show(max)];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
const date = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");

function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 2 * dayMs ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / dayMs).toFixed(1)} days`;
}

/** One line that makes no markup. */
function cell(text: string): string {
  return makeVisible(text.replaceAll(/\s+/g, " ").trim()).replaceAll(/[\\|<>*_`[\]#]/g, (sign) => `\\${sign}`);
}

function quote(text: string): string {
  const line = makeVisible(text.replaceAll(/\s+/g, " ").trim()).replaceAll("`", "'").replaceAll("|", "¦");
  return line === "" ? "(nothing was said)" : `\`${line}\``;
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'").replaceAll("|", "¦")}\``;
}

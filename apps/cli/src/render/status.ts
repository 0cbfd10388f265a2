// What a server says of itself, for reading.
import type { DoctorReport, ServerStatus } from "@outpost/protocol";
import { age, count, hang, renderFields, wrap } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";

export function renderStatus(status: ServerStatus, url: string, paint: Paint): string {
  const tasks = Object.entries(status.tasksByState).map(([state, number]) => `${number} ${state}`);
  const { workers, indexer, sandbox } = status;
  const rows: [string, string][] = [
    ["data", printable(status.dataDirectory)],
    ["repositories", count(status.repositories, "repository")],
    ["tasks", tasks.length > 0 ? tasks.join(", ") : "none yet"],
    ["model", describeModel(status)],
    [
      "sandbox",
      sandbox.ready
        ? describeSandbox(status, paint)
        : paint("red", "not ready: commands and tests are refused; see outpost doctor"),
    ],
    [
      "workers",
      `${workers.running} of ${workers.limit} running${describeRestarts(workers.restarts)}${describeJoined(status)}`,
    ],
    ["indexer", `${indexer.running ? "running" : "starts when it is needed"}${describeRestarts(indexer.restarts)}`],
    ["memory", `${Math.round(status.memoryBytes / 1e6)} MB`],
  ];
  const head = `${paint("bold", "outpost")} ${status.version} at ${url}, started ${age(status.startedAtMs, Date.now())}`;
  return [wrap(head, paint.columns), ...renderFields(rows, paint.columns)].join("\n");
}

function describeModel({ model }: ServerStatus): string {
  if (!model) return "none answers; see outpost doctor";
  if (model.provider === "rules") return "the built-in rules (no language model answers)";
  return `${model.provider}/${model.name}, window of ${model.windowTokens.toLocaleString("en")} tokens`;
}

/** What was only declared stands out: nothing of Outpost's own holds commands in. */
function describeSandbox({ sandbox }: ServerStatus, paint: Paint): string {
  const name = printable(sandbox.name);
  if (sandbox.kind === "declared") return paint("yellow", `none of its own; "${name}" was declared to be the sandbox`);
  const kind = name === "" ? sandbox.kind : `${sandbox.kind}: ${name}`;
  return `${kind}${sandbox.limits === "command" ? paint("dim", ", limits for each command as a whole") : ""}`;
}

/** And who works on what. */
function describeJoined({ workers: { joined = 0 }, busyWorkers }: ServerStatus): string {
  const others = joined === 0 ? "" : `, ${joined} joined`;
  const busy = busyWorkers.map(({ workerId, taskId }) => `\n${workerId} works on ${taskId}`);
  return others + busy.join("");
}

function describeRestarts(restarts: number): string {
  return restarts === 0 ? "" : `, replaced ${restarts === 1 ? "once" : `${restarts} times`}`;
}

/** In a terminal that has less room behind the names, what is said of each stands below it. */
const leastDetail = 30;

export function renderDoctor({ checks }: DoctorReport, paint: Paint): string {
  const widest = Math.max(0, ...checks.map((check) => check.name.length));
  const isStacked = paint.columns < widest + leastDetail;
  const margin = isStacked ? 4 : widest + 4;
  const lines = checks.flatMap((check) => {
    const sign = check.ok ? paint("green", "✓") : paint("red", "✗");
    const fix = check.fix ? [`${paint("bold", "to mend it")}: ${printable(check.fix)}`] : [];
    const [first = "", ...more] = [printable(check.detail), ...fix].map((text) => hang(text, margin, paint.columns));
    const below = more.map((text) => " ".repeat(margin) + text);
    return isStacked
      ? [`${sign} ${check.name}`, " ".repeat(margin) + first, ...below]
      : [`${sign} ${check.name.padEnd(widest)}  ${first}`, ...below];
  });
  const wrong = checks.filter((check) => !check.ok).length;
  const end =
    wrong === 0 ? `all ${count(checks.length, "check")} passed` : `${wrong} of ${checks.length} checks failed`;
  return [...lines, paint(wrong === 0 ? "green" : "red", end)].join("\n");
}

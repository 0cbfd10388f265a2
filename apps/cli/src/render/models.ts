// Models, their totals and their tests as lines for a person.
import {
  type ModelDetails,
  type ModelStatus,
  type ModelTestReport,
  type PullProgress,
  tokensPerSecond,
} from "@outpost/protocol";
import { clip, count, hang, oneLine } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";

const indent = "  ";
const titleColumns = 14;
const areas = { calls: "tool calls", edits: "edits", window: "window", instructions: "instructions" } as const;

/** Two lines each: what it is and can; what it has done. */
export function renderModels(models: readonly ModelStatus[], paint: Paint): string {
  if (models.length === 0) return "no model is known";
  return models.map((model) => renderStatus(model, paint)).join("\n");
}

function renderStatus(model: ModelStatus, paint: Paint): string {
  const name = printable(`${model.provider}/${model.name}`);
  const place = model.place === null ? "" : paint("cyan", `  ${model.place}. choice`);
  const below = [paint("dim", describeAbilities(model)), describeUsage(model)];
  return [
    clip(`${paint("bold", name)}${place}${describeHealth(model, paint)}`, paint.columns),
    ...below.map((line) => indent + hang(line, indent.length, paint.columns)),
  ].join("\n");
}

function describeHealth({ isThere, health }: ModelStatus, paint: Paint): string {
  if (!isThere) return paint("yellow", "  not there now");
  if (health.circuit === "closed") return "";
  const last = health.lastError ? `: ${clip(oneLine(printable(health.lastError)), 100)}` : "";
  return paint("red", `  left alone after ${count(health.failuresInARow, "failure")}${last}`);
}

function describeAbilities(model: ModelStatus): string {
  if (!model.isThere) return "known from its totals";
  const parts = [
    `window ${model.windowTokens.toLocaleString("en")} tokens`,
    model.canCallTools ? "calls tools" : "cannot call tools",
    ...(model.canThink ? ["thinks"] : []),
    ...(model.isLoaded === true ? ["loaded"] : []),
    ...(model.sizeBytes ? [bytes(model.sizeBytes)] : []),
    model.conduct && model.testedAtMs !== null
      ? `tested: ${model.conduct.protocol} calls, ${model.conduct.editFormat} edits`
      : "not tested",
  ];
  return parts.join(", ");
}

function describeUsage({ usage }: ModelStatus): string {
  if (usage === null) return "never used";
  const speed = tokensPerSecond(usage);
  const first = usage.callsWithFirstToken === 0 ? null : usage.firstTokenMs / usage.callsWithFirstToken;
  const failures = Object.entries(usage.failures).map(([kind, times]) => `${times} ${kind}`);
  return [
    count(usage.calls, "call"),
    `${usage.promptTokens.toLocaleString("en")} tokens in, ${usage.outputTokens.toLocaleString("en")} out`,
    ...(first === null ? [] : [`first token after ${(first / 1000).toFixed(1)} s`]),
    ...(speed === null ? [] : [`${speed.toFixed(1)} tokens/s`]),
    failures.length === 0 ? "no failures" : `failures: ${failures.join(", ")}`,
  ].join("; ");
}

export function renderModel({ model, test }: ModelDetails, paint: Paint): string {
  return [renderStatus(model, paint), ...(test ? ["", renderTest(test, paint)] : [])].join("\n");
}

/** A table of the areas, what failed in each, and what follows from it. */
export function renderTest(report: ModelTestReport, paint: Paint): string {
  const lines = Object.entries(areas).flatMap(([area, title]) => {
    const results = report.results.filter((result) => result.area === area);
    const failed = results.filter((result) => !result.passed);
    const score = `${results.length - failed.length}/${results.length}`;
    return [
      `${title.padEnd(titleColumns)}${paint(failed.length === 0 ? "green" : "yellow", score)}`,
      ...failed.map(({ name, detail }) =>
        paint("dim", clip(`${indent}${name}: ${oneLine(printable(detail))}`, Math.min(paint.columns, 160))),
      ),
    ];
  });
  const speed = report.tokensPerSecond === null ? "not measured" : `${report.tokensPerSecond.toFixed(1)} tokens/s`;
  const first = report.firstTokenMs === null ? "" : `, first token after ${(report.firstTokenMs / 1000).toFixed(1)} s`;
  const window = report.usableWindowTokens;
  const { protocol, editFormat, thinking } = report.conduct;
  const say = (title: string, text: string): string =>
    title.padEnd(titleColumns) + hang(text, titleColumns, paint.columns);
  return [
    ...lines,
    say("speed", `${speed}${first}`),
    say("usable window", window === null ? "none that was tried" : `${window.toLocaleString("en")} tokens`),
    say("from now on", `${protocol} calls, ${editFormat} edits, thinking ${thinking}`),
  ].join("\n");
}

export function describeProgress({ status, completedBytes, totalBytes }: PullProgress): string {
  if (totalBytes === null || totalBytes === 0) return printable(status);
  const share = Math.floor(((completedBytes ?? 0) * 20) / totalBytes) * 5;
  return `${printable(status)} ${share} % of ${bytes(totalBytes)}`;
}

function bytes(size: number): string {
  return size >= 1e9 ? `${(size / 1e9).toFixed(1)} GB` : `${Math.ceil(size / 1e6)} MB`;
}

// The text format of Prometheus. Pure; knows no metric.
import type { Distribution } from "@outpost/protocol";

type Labels = Readonly<Record<string, string>>;

export interface MetricsText {
  gauge(name: string, help: string, values: readonly Sample[]): void;
  counter(name: string, help: string, values: readonly Sample[]): void;
  /** `unit`: what a value is divided by. */
  histogram(name: string, help: string, distribution: Distribution, unit: number): void;
  text(): string;
}

export type Sample = readonly [value: number, labels?: Labels];

export function createMetricsText(): MetricsText {
  const lines: string[] = [];
  const write = (type: string, name: string, help: string, samples: readonly Sample[]): void => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [value, labels] of samples) lines.push(`${name}${renderLabels(labels)} ${value}`);
  };
  return {
    gauge: (name, help, values) => write("gauge", name, help, values),
    counter: (name, help, values) => write("counter", name, help, values),
    histogram(name, help, { buckets, count, sum }, unit) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} histogram`);
      for (const bucket of buckets) lines.push(`${name}_bucket{le="${bucket.le / unit}"} ${bucket.count}`);
      lines.push(`${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum / unit}`, `${name}_count ${count}`);
    },
    text: () => `${lines.join("\n")}\n`,
  };
}

function renderLabels(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

// The studies of the weights as text: a Markdown table of what each weight buys, and the folds of a cross-validation.
import type { AblationRow, CrossValidation } from "./weight-studies.ts";

export function formatAblation(rows: readonly AblationRow[]): string {
  const [all] = rows;
  if (all === undefined) return "";
  const categories = Object.keys(all.byCategory);
  const lines = rows.map(({ weight, ndcg, byCategory }) => {
    const change = (value: number, of: number) => (weight === "all" ? value.toFixed(3) : signed(value - of));
    const cells = categories.map((category) => change(byCategory[category] ?? 0, all.byCategory[category] ?? 0));
    return `| ${[weight === "all" ? "all" : `without ${weight}`, change(ndcg, all.ndcg), ...cells].join(" | ")} |`;
  });
  const header = ["ranking", "NDCG@10", ...categories];
  return [`| ${header.join(" | ")} |`, `|${header.map(() => "---|").join("")}`, ...lines].join("\n");
}

export function formatCrossValidation(result: CrossValidation): string {
  const { folds, ndcg, ndcgWithDefaults, deviation, standardError } = result;
  const lines = folds.map(
    (fold) =>
      `  ${fold.ndcgWithDefaults.toFixed(3)} → ${fold.ndcg.toFixed(3)} with ${fold.chosen} (${fold.names.join(", ")})`,
  );
  return [
    `cross-validated NDCG@10 ${ndcg.toFixed(3)}, with the weights as they are ${ndcgWithDefaults.toFixed(3)}; over repositories ± ${deviation.toFixed(3)}, standard error ${standardError.toFixed(3)}`,
    ...lines,
  ].join("\n");
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

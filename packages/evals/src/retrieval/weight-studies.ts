// Two studies of the ranking's numbers over repositories that are indexed once: what each weight buys (set to the value at which it does
// nothing), and whether the weights fit repositories that they were not chosen on (chosen anew without each fold, measured on it).
import { weights } from "@outpost/retrieval";
import { type PreparedRepository, runQueries } from "./measure.ts";
import { mean } from "./metrics.ts";

/** Where a weight says nothing. `pathFactors` stands for all of them. */
const neutralValues: Readonly<Record<string, number>> = {
  vectorShare: 0,
  pathWords: 0,
  stemCoverage: 0,
  partialWord: 0,
  definition: 0,
  embeddedDefinition: 0,
  nameWords: 0,
  mentionedFile: 0,
  coherence: 0,
  fileLexical: 0,
  referencing: 0,
  neighbours: 0,
  fileSaturation: 1,
  longQueryWords: 1000,
  pathFactors: 1,
};

export interface AblationRow {
  /** "all" is the ranking as it is. */
  weight: string;
  ndcg: number;
  byCategory: Record<string, number>;
}

export async function ablate(repositories: readonly PreparedRepository[]): Promise<AblationRow[]> {
  const rows = [await score("all", repositories)];
  for (const [weight, value] of Object.entries(neutralValues)) {
    rows.push(
      await withWeight(
        weight,
        () => value,
        () => score(weight, repositories),
      ),
    );
  }
  return rows;
}

export interface CrossValidation {
  folds: { names: string[]; chosen: string; ndcg: number; ndcgWithDefaults: number }[];
  /** Means over repositories, each measured with the weights that were chosen without it. */
  ndcg: number;
  ndcgWithDefaults: number;
  /** Standard deviation over repositories with the default weights, and the standard error of their mean. */
  deviation: number;
  standardError: number;
}

const foldCount = 5;
const tried = [
  "vectorShare",
  "pathWords",
  "stemCoverage",
  "nameWords",
  "coherence",
  "fileLexical",
  "referencing",
  "fileSaturation",
];
const factors = [0.6, 0.8, 1.25, 1.6];

/** For each fold the single change of a weight that helps most on the other folds is taken, if any helps, and measured on the fold. */
export async function crossValidate(repositories: readonly PreparedRepository[]): Promise<CrossValidation> {
  const defaults = await perRepository(repositories);
  const settings = new Map([["as they are", defaults]]);
  for (const weight of tried) {
    for (const factor of factors) {
      const change = (value: number) => (weight === "fileSaturation" ? Math.min(1, value * factor) : value * factor);
      settings.set(`${weight} × ${factor}`, await withWeight(weight, change, () => perRepository(repositories)));
    }
  }
  const folds = Array.from({ length: foldCount }, (_, fold) => {
    const isHeldOut = (_value: unknown, index: number) => index % foldCount === fold;
    const isKept = (_value: unknown, index: number) => index % foldCount !== fold;
    const [chosen = "", scores = defaults] = [...settings].reduce((best, other) =>
      mean(other[1].filter(isKept)) > mean(best[1].filter(isKept)) ? other : best,
    );
    const names = repositories.filter(isHeldOut).map(({ repository }) => repository.name);
    return { names, chosen, ndcg: mean(scores.filter(isHeldOut)), ndcgWithDefaults: mean(defaults.filter(isHeldOut)) };
  }).filter(({ names }) => names.length > 0);
  const weighted = (of: (fold: (typeof folds)[number]) => number) =>
    folds.reduce((sum, fold) => sum + of(fold) * fold.names.length, 0) / Math.max(1, repositories.length);
  const average = mean(defaults);
  const variance = defaults.reduce((sum, value) => sum + (value - average) ** 2, 0) / Math.max(1, defaults.length - 1);
  return {
    folds,
    ndcg: weighted((fold) => fold.ndcg),
    ndcgWithDefaults: weighted((fold) => fold.ndcgWithDefaults),
    deviation: Math.sqrt(variance),
    standardError: Math.sqrt(variance / Math.max(1, defaults.length)),
  };
}

async function withWeight<T>(name: string, change: (value: number) => number, run: () => Promise<T>): Promise<T> {
  const record = weights as unknown as Record<string, number | Record<string, number>>;
  const before = structuredClone(record[name]);
  const value = record[name];
  if (typeof value === "number") record[name] = change(value);
  else if (value !== undefined)
    record[name] = Object.fromEntries(Object.entries(value).map(([key, of]) => [key, change(of)]));
  try {
    return await run();
  } finally {
    if (before !== undefined) record[name] = before;
  }
}

async function perRepository(repositories: readonly PreparedRepository[]): Promise<number[]> {
  const scores: number[] = [];
  for (const { hybrid, repository } of repositories) {
    scores.push(mean((await runQueries(hybrid, repository)).map(({ ndcg }) => ndcg)));
  }
  return scores;
}

async function score(weight: string, repositories: readonly PreparedRepository[]): Promise<AblationRow> {
  const byCategory = new Map<string, number[]>();
  const all: number[] = [];
  for (const { hybrid, repository } of repositories) {
    const results = await runQueries(hybrid, repository);
    all.push(mean(results.map(({ ndcg }) => ndcg)));
    for (const category of new Set(results.map((result) => result.category))) {
      const ofCategory = mean(results.filter((result) => result.category === category).map(({ ndcg }) => ndcg));
      byCategory.set(category, [...(byCategory.get(category) ?? []), ofCategory]);
    }
  }
  const categories = [...byCategory].sort(([a], [b]) => (a < b ? -1 : 1));
  return { weight, ndcg: mean(all), byCategory: Object.fromEntries(categories.map(([name, of]) => [name, mean(of)])) };
}

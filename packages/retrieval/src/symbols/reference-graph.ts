// Which file uses what which other file defines, as a weighted graph, and the rank of its files: PageRank, personalised where a focus is
// given (Brin and Page 1998; used for repository maps by aider). Deterministic.
import type { PathKind } from "../query/path-kind.ts";
import { linkOf, meantBy } from "./links.ts";
import type { SymbolTable } from "./symbol-table.ts";

interface Edge {
  to: number;
  name: string;
  weight: number;
}

export interface Ranks {
  /** By file; they sum to 1. */
  files: Float64Array;
  /** By file: of each name that is defined there, the rank that flows to it. */
  names: ReadonlyMap<string, number>[];
}

const damping = 0.85;
const rounds = 30;
/** A file whose links weigh less altogether passes on only so much of its rank: one weak link is no recommendation. */
const fullTrust = 1;
/** The weight of a focus against all other files together. */
const focusWeight = 20;

/** How much files of a kind count as where one begins reading. */
const startWeights: Partial<Record<PathKind, number>> = {
  test: 0.1,
  vendored: 0.1,
  generated: 0.1,
  documentation: 0.1,
  example: 0.2,
  legacy: 0.5,
};

export class ReferenceGraph {
  private readonly table: SymbolTable;
  private readonly edges: Edge[][];

  constructor(table: SymbolTable) {
    this.table = table;
    this.edges = table.files.map(() => []);
    for (const name of table.definedNames()) this.addName(name);
  }

  get edgeCount(): number {
    return this.edges.reduce((sum, edges) => sum + edges.length, 0);
  }

  /** `focus`: files that matter now; what they use, and what that uses, rises. */
  rank(focus: ReadonlySet<number> = new Set()): Ranks {
    const { files } = this.table;
    const start = this.starts(focus);
    let ranks = Float64Array.from(start);
    const totals = this.edges.map((edges) => edges.reduce((sum, { weight }) => sum + weight, 0));
    for (let round = 0; round < rounds; round += 1) {
      const next = new Float64Array(files.length);
      let loose = 0;
      for (const [from, edges] of this.edges.entries()) {
        const rank = ranks[from] ?? 0;
        const total = totals[from] ?? 0;
        const divisor = Math.max(total, fullTrust);
        loose += rank * (1 - total / divisor);
        for (const { to, weight } of edges) next[to] = (next[to] ?? 0) + (rank * weight) / divisor;
      }
      for (const [file, share] of start.entries())
        next[file] = damping * ((next[file] ?? 0) + loose * share) + (1 - damping) * share;
      ranks = next;
    }
    return { files: ranks, names: this.flows(ranks, totals) };
  }

  private addName(name: string): void {
    const { strength, definers } = linkOf(this.table, name);
    if (strength === 0) return;
    for (const { file: from, count } of this.table.usesOf(name)) {
      const meant = meantBy(this.table, from, definers);
      const weight = (strength * Math.sqrt(count)) / meant.length;
      for (const to of meant) this.edges[from]?.push({ to, name, weight });
    }
  }

  private starts(focus: ReadonlySet<number>): Float64Array {
    const weights = this.table.files.map(({ kinds }) =>
      kinds.reduce((least, kind) => Math.min(least, startWeights[kind] ?? 1), 1),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
    const inFocus = focus.size === 0 ? 0 : focusWeight / focus.size;
    const all = 1 + (focus.size === 0 ? 0 : focusWeight);
    return Float64Array.from(weights, (weight, file) => (weight / total + (focus.has(file) ? inFocus : 0)) / all);
  }

  private flows(ranks: Float64Array, totals: readonly number[]): Map<string, number>[] {
    const names = this.table.files.map(() => new Map<string, number>());
    for (const [from, edges] of this.edges.entries()) {
      for (const { to, name, weight } of edges) {
        const flow = ((ranks[from] ?? 0) * weight) / Math.max(totals[from] ?? 0, fullTrust);
        const known = names[to];
        known?.set(name, (known.get(name) ?? 0) + flow);
      }
    }
    return names;
  }
}

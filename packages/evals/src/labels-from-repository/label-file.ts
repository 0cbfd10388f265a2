// A label file as it is written; `retrieval/labels.ts` reads it. What that passes over says how it was made.

export interface LabelFile {
  name: string;
  language: string;
  benchmark_root: "";
  /** What the checkout is of. */
  commit: string;
  made: { from: "commits" | "comments"; head: string; limit: number };
  queries: {
    query: string;
    category: "commit" | "comment";
    relevant: { path: string; start_line?: number; end_line?: number }[];
    /** The commit that the message is of. */
    commit?: string;
    /** The function that the comment is of. */
    symbol?: string;
  }[];
}

// What is known of embedding models by their names: how token vectors become one, what is put before a text, how much of it is read.
// A name that is not in the table is used with mean pooling and no prefix. Scores of each are in the field's papers, not here.

export interface EmbeddingModelTraits {
  pooling: "mean" | "cls" | "last_token";
  documentPrefix: string;
  queryPrefix: string;
  /** Longer texts are cut to this. */
  maxTokens: number;
}

const plain: EmbeddingModelTraits = { pooling: "mean", documentPrefix: "", queryPrefix: "", maxTokens: 512 };

/** Matched against the last part of a name, without its tag; the first that fits. */
const table: readonly [RegExp, Partial<EmbeddingModelTraits>][] = [
  [/^jina-embeddings-v2-base-code/, { maxTokens: 8192 }],
  [/^unixcoder/, { documentPrefix: "<encoder-only> ", queryPrefix: "<encoder-only> " }],
  [/^graphcodebert|^codebert/, {}],
  [
    /^coderankembed/,
    { pooling: "cls", queryPrefix: "Represent this query for searching relevant code: ", maxTokens: 8192 },
  ],
  [/^granite-embedding/, { pooling: "cls", maxTokens: 8192 }],
  [/^gte-modernbert/, { pooling: "cls", maxTokens: 8192 }],
  [
    /^qwen3-embedding/,
    {
      pooling: "last_token",
      queryPrefix: "Instruct: Given a question, retrieve the code that answers it\nQuery:",
      maxTokens: 32_768,
    },
  ],
  [/^nomic-embed-text/, { documentPrefix: "search_document: ", queryPrefix: "search_query: ", maxTokens: 8192 }],
  [
    /^embeddinggemma/,
    { documentPrefix: "title: none | text: ", queryPrefix: "task: code retrieval | query: ", maxTokens: 2048 },
  ],
];

/** Short names that people use for hub ids. */
const hubIds: Record<string, string> = {
  "jina-embeddings-v2-base-code": "jinaai/jina-embeddings-v2-base-code",
  codebert: "microsoft/codebert-base",
  graphcodebert: "microsoft/graphcodebert-base",
  unixcoder: "microsoft/unixcoder-base",
};

export const defaultOnnxModel = "jina-embeddings-v2-base-code";

export function traitsOf(name: string): EmbeddingModelTraits {
  const last = (name.split("/").at(-1) ?? "").toLowerCase().replace(/:.*$/, "");
  const found = table.find(([pattern]) => pattern.test(last));
  return { ...plain, ...found?.[1] };
}

export function hubIdOf(name: string): string {
  return hubIds[name.toLowerCase()] ?? name;
}

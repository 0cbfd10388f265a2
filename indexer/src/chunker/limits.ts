// The sizes that chunks are cut to, in weight: characters without indentation, blank lines and line ends (see `lines.ts`).

export const chunkLimits = {
  /** A node that weighs more is split. */
  maxWeight: 1_500,
  /** Up to this, neighbouring definitions share a chunk; statements share one up to `maxWeight`. */
  mergedDefinitionsWeight: 800,
  /** A definition of at least this weight has a chunk of its own. */
  soloWeight: 400,
  /** A piece below this (a closing brace, a header) never stands alone. */
  tinyWeight: 60,
  /** The head of a definition that was split (its signature, what stands above it) up to this takes in what follows. */
  headerWeight: 400,
  windowLines: 50,
  /** A window of long lines is cut earlier. */
  windowWeight: 3_000,
  /** A last window shorter than this joins the one before. */
  windowTailLines: 10,
  /** How deep a tree is followed before lines are cut without it. */
  maxDepth: 100,
  /** Names a chunk lists. */
  maxDefinitions: 64,
  maxNameCharacters: 200,
} as const;

/** Names how chunks are made from the same bytes; another one is another index. */
export const chunkerVersion = [
  "chunks-4;names-3",
  "tree-sitter-0.22",
  "python-0.23.6;cpp-0.23.4;c-0.23.5;javascript-0.23.1;typescript-0.23.2",
  "go-0.23.4;rust-0.23.2;java-0.23.5;c-sharp-0.23.1;ruby-0.23.1;php-0.23.12;bash-0.23.3",
  "kotlin-1.1.0;scala-0.23.4;swift-0.7.1;elixir-0.3.4;haskell-0.23.1;lua-0.2.0;zig-1.1.2",
].join(";");

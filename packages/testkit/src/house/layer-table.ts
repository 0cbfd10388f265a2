// Who may import whom, as data (ARCHITECTURE.md, "Rooms"). `types`: only `import type`. Test files may also import testkit.

export interface Room {
  folder: string;
  /** Rooms whose values and types may be imported. */
  values: readonly string[];
  /** Rooms of which only types may be imported. */
  types: readonly string[];
  /** Node's own modules, clocks and randomness are for rooms with IO. */
  mayDoIo: boolean;
}

const portTypes = ["core", "retrieval"];
const everythingBelowServer = [
  "protocol",
  "core",
  "retrieval",
  "models",
  "vector",
  "store",
  "workspace",
  "sandbox",
  "tools",
  "indexer",
  "client",
];

export const rooms: Record<string, Room> = {
  protocol: { folder: "packages/protocol", values: [], types: [], mayDoIo: false },
  core: { folder: "packages/core", values: ["protocol"], types: [], mayDoIo: false },
  retrieval: { folder: "packages/retrieval", values: ["protocol"], types: [], mayDoIo: false },
  models: { folder: "packages/models", values: ["protocol"], types: portTypes, mayDoIo: true },
  vector: { folder: "packages/vector", values: ["protocol"], types: portTypes, mayDoIo: true },
  store: { folder: "packages/store", values: ["protocol"], types: portTypes, mayDoIo: true },
  workspace: { folder: "packages/workspace", values: ["protocol"], types: portTypes, mayDoIo: true },
  sandbox: { folder: "sandbox", values: ["protocol"], types: portTypes, mayDoIo: true },
  tools: { folder: "tools", values: ["protocol"], types: portTypes, mayDoIo: false },
  indexer: { folder: "indexer", values: ["protocol"], types: ["retrieval"], mayDoIo: true },
  client: { folder: "packages/client", values: ["protocol"], types: [], mayDoIo: false },
  cli: { folder: "apps/cli", values: ["protocol", "client"], types: [], mayDoIo: true },
  server: { folder: "apps/server", values: everythingBelowServer, types: [], mayDoIo: true },
  testkit: { folder: "packages/testkit", values: ["protocol", "core", "retrieval"], types: [], mayDoIo: true },
  evals: {
    folder: "packages/evals",
    values: [...everythingBelowServer, "server", "testkit"],
    types: [],
    mayDoIo: true,
  },
};

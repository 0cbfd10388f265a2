// Who may import whom, as data (ARCHITECTURE.md, "Rooms"). `types`: only `import type`. Test files may also import testkit.

export interface Room {
  folder: string;
  /** Rooms whose values and types may be imported. */
  values: readonly string[];
  /** Rooms of which only types may be imported. */
  types: readonly string[];
  /** `none`: no IO, clock, randomness or timers of its own. `web`: what browsers have as well. `node`: everything. */
  io: "none" | "web" | "node";
}

const portTypes = ["core", "retrieval"];
const everythingBelowServer = [
  "protocol",
  "core",
  "retrieval",
  "models",
  "vector",
  "store",
  "checkout",
  "workspace",
  "sandbox",
  "tools",
  "indexer",
  "client",
];

export const rooms: Record<string, Room> = {
  protocol: { folder: "packages/protocol", values: [], types: [], io: "none" },
  core: { folder: "packages/core", values: ["protocol"], types: [], io: "none" },
  retrieval: { folder: "packages/retrieval", values: ["protocol"], types: [], io: "none" },
  models: { folder: "packages/models", values: ["protocol"], types: portTypes, io: "node" },
  vector: { folder: "packages/vector", values: ["protocol"], types: portTypes, io: "node" },
  store: { folder: "packages/store", values: ["protocol"], types: portTypes, io: "node" },
  checkout: { folder: "packages/checkout", values: ["protocol"], types: [], io: "node" },
  workspace: { folder: "packages/workspace", values: ["protocol", "checkout"], types: portTypes, io: "node" },
  sandbox: { folder: "sandbox", values: ["protocol"], types: portTypes, io: "node" },
  tools: { folder: "tools", values: ["protocol"], types: portTypes, io: "none" },
  indexer: { folder: "indexer", values: ["protocol"], types: ["retrieval"], io: "node" },
  client: { folder: "packages/client", values: ["protocol"], types: [], io: "web" },
  cli: { folder: "apps/cli", values: ["protocol", "client", "checkout"], types: [], io: "node" },
  server: { folder: "apps/server", values: everythingBelowServer, types: [], io: "node" },
  testkit: { folder: "packages/testkit", values: ["protocol", "core", "retrieval"], types: [], io: "node" },
  evals: {
    folder: "packages/evals",
    values: [...everythingBelowServer, "server", "testkit"],
    types: [],
    io: "node",
  },
};

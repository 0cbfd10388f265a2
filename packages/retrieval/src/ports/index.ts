export type * from "./catalog.ts";
export type * from "./embedder.ts";
export type * from "./source-tree.ts";
export type * from "./vector-index.ts";
export type * from "./vector-store.ts";

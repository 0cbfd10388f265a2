export type * from "./approval-store.ts";
export type * from "./chat-model.ts";
export type * from "./process-runner.ts";
export type * from "./repository-host.ts";
export type * from "./task-store.ts";
export type * from "./tool.ts";
export type * from "./tool-policy.ts";
export type * from "./worktree.ts";

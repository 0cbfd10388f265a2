// The file of a repository that says how things are done in it. Only the one in the root: what a folder's own file says would be paid for by
// every task that never goes there; a model that works there can read it.
export const guideFileName = "AGENTS.md";
export const maxGuideBytes = 64_000;

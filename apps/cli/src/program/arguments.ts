// Arguments and options that several commands take, said alike.

export const taskArgument = ["<task>", 'its id, or "last" for the newest'] as const;
export const repositoryArgument = ["[repository]", "name, id or path (default: the one you stand in)"] as const;
export const repositoryOption = [
  "-r, --repo <name>",
  "repository by name, id or path (default: the one you stand in)",
] as const;

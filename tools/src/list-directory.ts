// list_directory: the names in one directory. Changes nothing.
import type { DirectoryEntry, ToolResult } from "@outpost/core";
import { makeNameVisible } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { countOf, fitList } from "./observation/fit.ts";
import { relativePath } from "./worktree-path.ts";

export const listDirectory = defineTool({
  name: "list_directory",
  description: "List a directory.",
  effect: "read",
  parameters: z.object({ path: z.string().optional() }),
  example: { path: "src" },
  async run(value, { worktree, observationCharacters }): Promise<ToolResult> {
    const path = relativePath(value.path ?? ".", worktree);
    const { entries, truncated } = await worktree.files.list(path);
    const name = path === "." ? "the root" : path;
    if (entries.length === 0) return { ok: true, text: `${name} is an empty directory` };
    const heading = `${name}: ${countOf(entries.length, "entry", "entries")}${truncated ? " shown, there are more" : ""}`;
    return {
      ok: true,
      text: fitList(heading, entries.map(describeEntry), observationCharacters, "use find_files with a pattern"),
    };
  },
});

function describeEntry(entry: DirectoryEntry): string {
  const name = makeNameVisible(entry.name);
  switch (entry.kind) {
    case "directory":
      return `${name}/`;
    case "symlink":
      return `${name} (symlink)`;
    case "other":
      return `${name} (special file)`;
    case "file":
      return `${name} ${describeSize(entry.size)}`;
  }
}

function describeSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

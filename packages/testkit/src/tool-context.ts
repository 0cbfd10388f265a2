// What a tool is given, for tests: a worktree, plain commands in it, a searcher with prepared hits.
import type { CodeKnowledge, Searcher, TaskCommands, Tool, ToolContext, ToolResult, Worktree } from "@outpost/core";
import {
  emptyEnvironment,
  OutpostError,
  type ReferenceList,
  RepositoryId,
  type RepositoryMapReply,
  type SearchResponse,
  type SymbolList,
} from "@outpost/protocol";
import { createUnsandboxedCommandRunner } from "./unsandboxed-commands.ts";

/** `overrides` wins over: 8,000 characters, an empty environment, an empty but ready index, a signal that never comes. */
export function createToolContext(worktree: Worktree, overrides: Partial<ToolContext> = {}): ToolContext {
  return {
    repositoryId: RepositoryId.parse(`rep_${"0".repeat(22)}`),
    worktree,
    commands: createUnsandboxedCommandRunner(worktree.root),
    taskCommands: noTaskCommands,
    searcher: createPreparedSearcher({ hits: [] }),
    code: createPreparedCode({}),
    environment: emptyEnvironment,
    findSecrets: async () => [],
    observationCharacters: 8000,
    signal: new AbortController().signal,
    ...overrides,
  };
}

const unknown = async (name: string): Promise<never> => {
  throw new OutpostError("not_found", `the task has no command "${name}"; none ran yet`);
};
const noTaskCommands: TaskCommands = {
  start: () => Promise.reject(new OutpostError("unavailable", "nothing runs in the background of this test")),
  ...{ look: unknown, stop: unknown, readAll: unknown },
};

/** Answers every question with the same; what is not given is empty. */
export function createPreparedCode(answers: {
  symbols?: Partial<SymbolList>;
  references?: Partial<ReferenceList>;
  map?: Partial<RepositoryMapReply>;
}): CodeKnowledge {
  const { symbols, references, map } = answers;
  const found = { definitions: [], items: [], totalFiles: 0, isCut: false, coverage: readyCoverage };
  return {
    symbols: async () => ({ items: [], total: symbols?.items?.length ?? 0, coverage: readyCoverage, ...symbols }),
    references: async ({ name }) => ({ name, ...found, ...references }),
    map: async () => ({ text: "", files: [], omittedFiles: 0, estimatedTokens: 0, coverage: readyCoverage, ...map }),
  };
}

const readyCoverage = {
  state: "ready" as const,
  files: 1,
  chunks: 1,
  skippedFiles: 0,
  indexedAtMs: 0,
  staleFiles: 0,
  freshness: "on_request" as const,
  notes: [],
};

/** Answers every query with the same, cut to the limit. */
export function createPreparedSearcher(response: Partial<SearchResponse>): Searcher {
  return {
    search: async (_, { limit }) => ({
      hits: (response.hits ?? []).slice(0, limit),
      coverage: response.coverage ?? readyCoverage,
      tookMs: response.tookMs ?? 1,
      loadMs: 0,
    }),
  };
}

/** Parses and runs, as the worker does. A refused call is a result like any other. */
export async function callTool(tool: Tool, given: unknown, context: ToolContext): Promise<ToolResult> {
  const parsed = tool.parse(given);
  return parsed.ok ? tool.run(parsed.value, context) : { ok: false, text: parsed.problem };
}

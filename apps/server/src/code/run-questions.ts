// What a worker asks about the code of its run: in the run's own view, under the policy of its base.
import type { CodeKnowledge } from "@outpost/core";
import type { GitObjectId, RepositoryId, RunId } from "@outpost/protocol";
import { runView } from "../indexing/messages.ts";
import type { PolicySource } from "../policy/policy-source.ts";
import type { CodeService } from "./code-service.ts";

type Question = { [Kind in keyof CodeKnowledge]: { kind: Kind; query: Parameters<CodeKnowledge[Kind]>[0] } };

export interface RunCodeRequest {
  repositoryId: RepositoryId;
  runId: RunId;
  baseCommit: GitObjectId;
  question: Question[keyof CodeKnowledge];
}

export type AskAboutRun = (request: RunCodeRequest, signal: AbortSignal) => Promise<unknown>;

export function createRunQuestions(code: CodeService, policies: Pick<PolicySource, "policyFor">): AskAboutRun {
  return async ({ repositoryId, runId, baseCommit, question }, signal) => {
    const { files } = await policies.policyFor(repositoryId, baseCommit);
    const view = { viewId: runView(runId), files };
    switch (question.kind) {
      case "symbols":
        return code.symbols(view, question.query);
      case "references":
        return code.references(view, question.query, signal);
      case "map":
        return code.map(view, question.query);
    }
  };
}

/** Seen from the worker. `ask`: brings the run's view up to date, then asks the server. */
export function createCodeKnowledge(
  ask: (question: RunCodeRequest["question"], signal: AbortSignal) => Promise<unknown>,
): CodeKnowledge {
  return {
    symbols: (query, signal) => ask({ kind: "symbols", query }, signal) as ReturnType<CodeKnowledge["symbols"]>,
    references: (query, signal) =>
      ask({ kind: "references", query }, signal) as ReturnType<CodeKnowledge["references"]>,
    map: (query, signal) => ask({ kind: "map", query }, signal) as ReturnType<CodeKnowledge["map"]>,
  };
}

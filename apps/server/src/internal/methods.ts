// What a worker may ask of the server: searching and calling models, so that limits and metrics hold in one place.
import type { ChatDelta, ChatRequest } from "@outpost/core";
import type {
  ModelProfile,
  ModelReply,
  QueryExpansion,
  RepositoryId,
  RunId,
  SearchResponse,
  TaskId,
  TaskState,
} from "@outpost/protocol";
import type { RunCodeRequest } from "../code/run-questions.ts";
import type { ChooseModel, ChosenModel } from "../models/model-service.ts";
import type { SecretsForWorker } from "../secrets/secret-service.ts";
import type { Channel } from "./channel.ts";

export interface RunViewRequest {
  repositoryId: RepositoryId;
  runId: RunId;
  baseCommit: string;
  /** The worktree's directory. */
  root: string;
}

export interface RunSearchRequest extends RunSearchOptions {
  repositoryId: RepositoryId;
  runId: RunId;
  query: string;
}

export interface RunSearchOptions {
  limit: number;
  pathPrefix?: string;
  expansion?: QueryExpansion;
  /** Ask this model first which words the code would use that this is about. */
  expand?: { about: string; model: ModelProfile };
}

/** Seen from the worker. Errors as the ports say. */
export interface ServerConnection {
  chooseModel(request: ChooseModel, signal: AbortSignal): Promise<ChosenModel>;
  chat(
    model: { provider: string; name: string },
    request: ChatRequest,
    onDelta: (delta: ChatDelta) => void,
    signal: AbortSignal,
  ): Promise<ModelReply>;
  /** What this worker must take out of whatever it writes. Asked before each task. */
  describeSecrets(): Promise<SecretsForWorker>;
  search(request: RunSearchRequest, signal: AbortSignal): Promise<SearchResponse>;
  /** The answer is of the question's kind; rejects as `CodeKnowledge` does. */
  askCode(request: RunCodeRequest, signal: AbortSignal): Promise<unknown>;
  /** Makes the run's view show what its worktree holds at these paths. */
  updateRunView(request: RunViewRequest, paths: readonly string[], signal: AbortSignal): Promise<void>;
  removeRunView(repositoryId: RepositoryId, runId: RunId): Promise<void>;
  /** `state`: that the task has since. */
  noteAppended(taskId: TaskId, state: TaskState): void;
  noteDelta(taskId: TaskId, step: number, delta: ChatDelta): void;
}

export function connectToServer(channel: Channel): ServerConnection {
  return {
    chooseModel: (request, signal) => channel.call("chooseModel", request, { signal }) as Promise<ChosenModel>,
    chat: (model, request, onDelta, signal) =>
      channel.call(
        "chat",
        { model, request },
        { signal, onPiece: (value) => onDelta(value as ChatDelta) },
      ) as Promise<ModelReply>,
    describeSecrets: () => channel.call("describeSecrets", {}) as Promise<SecretsForWorker>,
    search: (request, signal) => channel.call("search", request, { signal }) as Promise<SearchResponse>,
    askCode: (request, signal) => channel.call("askCode", request, { signal }),
    updateRunView: async (request, paths, signal) =>
      void (await channel.call("updateRunView", { ...request, paths }, { signal })),
    removeRunView: async (repositoryId, runId) => void (await channel.call("removeRunView", { repositoryId, runId })),
    noteAppended: (taskId, state) => channel.notify("appended", { taskId, state }),
    noteDelta: (taskId, step, delta) => channel.notify("delta", { taskId, step, ...delta }),
  };
}

// What workers may call, wired to the server's services. Parameters come from our own workers; they are not parsed again.
import type { ChatRequest } from "@outpost/core";
import type { RepositoryId, RunId } from "@outpost/protocol";
import type { AskAboutRun, RunCodeRequest } from "../code/run-questions.ts";
import type { IndexService } from "../index-service/index-service.ts";
import type { ChooseModel, ModelService } from "../models/model-service.ts";
import type { SecretService } from "../secrets/secret-service.ts";
import type { CallContext, Methods } from "./channel.ts";
import type { RunSearchRequest, RunViewRequest } from "./methods.ts";

interface Services {
  models: ModelService;
  index: IndexService;
  secrets: SecretService;
  askAboutRun: AskAboutRun;
}

export function createWorkerMethods({ models, index, secrets, askAboutRun }: Services): Methods {
  return {
    chooseModel: (params: ChooseModel, { signal }: CallContext) => models.choose(params, signal),
    chat: (
      params: { model: { provider: string; name: string }; request: ChatRequest },
      { signal, piece }: CallContext,
    ) => models.chat(params.model, params.request, piece, signal),
    describeSecrets: () => secrets.describe(),
    search: (params: RunSearchRequest, { signal }: CallContext) => index.searchRun(params, signal),
    askCode: (params: RunCodeRequest, { signal }: CallContext) => askAboutRun(params, signal),
    updateRunView: (params: RunViewRequest & { paths: string[] }, { signal }: CallContext) =>
      index.updateRunView(params, params.paths, signal),
    removeRunView: (params: { repositoryId: RepositoryId; runId: RunId }) =>
      index.removeRunView(params.repositoryId, params.runId),
  };
}

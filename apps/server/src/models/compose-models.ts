// Wires the models: servers of the configuration → directory → service.
import type { ModelDirectory, ModelRecords } from "@outpost/core";
import { openModelDirectory } from "@outpost/models";
import type { Logger } from "pino";
import type { Configuration } from "../configuration/schema.ts";
import { modelServers } from "./model-servers.ts";
import { createModelService, type ModelService } from "./model-service.ts";

export interface ComposedModels {
  directory: ModelDirectory;
  models: ModelService;
}

/** Rejects with `invalid_input` where the configuration names an adapter or a key file that is not there. */
export async function composeModels(parts: {
  configuration: Configuration;
  records: ModelRecords;
  nowMs: () => number;
  logger: Logger;
}): Promise<ComposedModels> {
  const { configuration, records, nowMs, logger } = parts;
  const { model, modelKeepAlive: keepAlive } = configuration;
  const directory = await openModelDirectory({
    servers: modelServers(configuration),
    windowTokens: configuration.windowTokens,
    firstTokenTimeoutMs: configuration.modelFirstTokenTimeoutMs,
    idleTimeoutMs: configuration.modelIdleTimeoutMs,
    dataDirectory: configuration.dataDirectory,
    ...(keepAlive === undefined ? {} : { keepAlive }),
    ...(model === undefined ? {} : { defaultModel: model }),
  });
  const chain = [...(model === undefined ? [] : [model]), ...configuration.models];
  return { directory, models: createModelService({ directory, records, chain, nowMs, logger }) };
}

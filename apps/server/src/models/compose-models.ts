// Wires the models: servers of the configuration → directory → service, overview, jobs.
import type { ModelDirectory, ModelRecords } from "@outpost/core";
import { type ConfiguredServer, installLlama, openModelDirectory } from "@outpost/models";
import type { StartModelJobRequest } from "@outpost/protocol";
import type { Logger } from "pino";
import type { Configuration } from "../configuration/schema.ts";
import { runConformance } from "./conformance/run-conformance.ts";
import { createModelJobs, type JobWork, type ModelJobs } from "./model-jobs.ts";
import { createModelOverview, type ModelOverview } from "./model-overview.ts";
import { modelServers } from "./model-servers.ts";
import { createModelService, type ModelService } from "./model-service.ts";

export interface ComposedModels {
  directory: ModelDirectory;
  models: ModelService;
  modelOverview: ModelOverview;
  modelJobs: ModelJobs;
}

interface Parts {
  configuration: Configuration;
  records: ModelRecords;
  nowMs: () => number;
  logger: Logger;
}

/** Rejects with `invalid_input` where the configuration names an adapter or a key file that is not there. */
export async function composeModels(parts: Parts): Promise<ComposedModels> {
  const { configuration, records, nowMs, logger } = parts;
  const { model, modelKeepAlive: keepAlive } = configuration;
  const directory = await openModelDirectory({
    servers: await withThoseKnown(modelServers(configuration), records),
    windowTokens: configuration.windowTokens,
    firstTokenTimeoutMs: configuration.modelFirstTokenTimeoutMs,
    idleTimeoutMs: configuration.modelIdleTimeoutMs,
    dataDirectory: configuration.dataDirectory,
    ...(configuration.llamaThreads === undefined ? {} : { threads: configuration.llamaThreads }),
    ...(keepAlive === undefined ? {} : { keepAlive }),
    ...(model === undefined ? {} : { defaultModel: model }),
  });
  const chain = [...(model === undefined ? [] : [model]), ...configuration.models];
  const models = createModelService({ directory, records, chain, nowMs, logger });
  return {
    directory,
    models,
    modelOverview: createModelOverview({ directory, records, models }),
    modelJobs: createModelJobs({
      perform: (request, signal) => perform(request, directory, parts, signal),
      nowMs,
      logger,
    }),
  };
}

/** Expected is also who has answered a prompt, before this server was started. */
async function withThoseKnown(servers: ConfiguredServer[], records: ModelRecords): Promise<ConfiguredServer[]> {
  const used = await records.listModelUsage();
  const hasAnswered = (name: string): boolean =>
    used.some((model) => model.provider === name && model.callsWithFirstToken > 0);
  return servers.map((server) => (hasAnswered(server.name) ? { ...server, isExpected: true } : server));
}

async function* perform(
  request: StartModelJobRequest,
  directory: ModelDirectory,
  { configuration, records, nowMs }: Parts,
  signal: AbortSignal,
): JobWork {
  switch (request.kind) {
    case "pull":
      yield* directory.pull(request.model, signal);
      return null;
    case "test": {
      const model = await directory.open(request.model, signal);
      const chat = async (...given: Parameters<typeof model.chat>) => {
        const pieces = model.chat(...given);
        for (;;) {
          const piece = await pieces.next();
          if (piece.done) return piece.value;
        }
      };
      const report = yield* runConformance({ profile: await model.describe(signal), chat, nowMs, signal });
      await records.saveModelTest(report);
      return report;
    }
    case "install-llama":
      yield* installLlama(configuration.dataDirectory, signal);
      return null;
  }
}

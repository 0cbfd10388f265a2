// The first event of a run: from which commit, with which model, with which tools. What stands in the way ends the run by name.
import { composeSystemPrompt, isNoCommit, offerTools, type RepositoryHost } from "@outpost/core";
import {
  type GitObjectId,
  isOutpostError,
  type ModelProfile,
  type Repository,
  type TaskEvent,
} from "@outpost/protocol";
import type { ChosenModel } from "../models/model-service.ts";
import type { PerformPorts } from "./perform-ports.ts";
import { recallFacts } from "./recall-facts.ts";

const noCommit = "0".repeat(40) as GitObjectId;
export const noModel: ModelProfile = {
  provider: "none",
  name: "none",
  windowTokens: 8192,
  canCallTools: false,
  canThink: false,
};

export async function* startRun(attempt: number, ports: PerformPorts): AsyncGenerator<TaskEvent> {
  const { log, server, workbench, newId, taskSignal } = ports;
  const { spec } = log.state;
  const runId = newId("run");
  const dataMark = ports.newDataMark();
  const prefixFor = (model: ModelProfile, planFirst: boolean) => ({
    model,
    systemPrompt: composeSystemPrompt(spec.workflow, model, dataMark),
    dataMark,
    tools: offerTools(ports.tools, { workflow: spec.workflow, model, planFirst }),
    ...(planFirst ? { planFirst } : {}),
  });
  // What was applied is in the checkout, not in HEAD: the next change is made on top of it.
  const { isBaseBehind, run, givenBase } = log.state;
  let baseCommit = isBaseBehind ? noCommit : (run?.baseCommit ?? givenBase ?? noCommit);
  try {
    const { profile: model, passedOver } = await server.chooseModel(
      {
        ...(spec.model === undefined ? {} : { model: spec.model }),
        allowFallback: spec.modelFallback ?? false,
        without: [],
      },
      taskSignal,
    );
    if (isNoCommit(baseCommit))
      baseCommit = await chooseBase(await workbench.repository(), isBaseBehind ? "dirty" : spec.base, ports);
    const policy = await ports.policies.policyForRun({
      repositoryId: spec.repositoryId,
      commit: baseCommit,
      taskId: log.state.taskId,
    });
    const { hash: policyHash, settings } = policy;
    const memory = await recallFacts(spec.repositoryId, baseCommit, policy, ports);
    const planFirst = spec.workflow === "edit" && (spec.plan === true || settings.plan === "required");
    const prefix = { ...prefixFor(model, planFirst), ...(memory && { memory }) };
    const expandsGoal = (spec.expandGoal ?? ports.expandGoals) && model.provider !== "rules";
    const given = { ...prefix, policyHash, ...(expandsGoal && { expandsGoal }) };
    yield { type: "run.started", runId, attempt, baseCommit, ...given };
    yield* switches(passedOver, model);
  } catch (error) {
    taskSignal.throwIfAborted();
    const known = isOutpostError(error) ? error : null;
    if (!known) ports.logger.error({ err: error }, "run.failed");
    yield { type: "run.started", runId, attempt, baseCommit, ...prefixFor(noModel, false) };
    const message = known?.message ?? "the run could not be started because of a bug; the server's log has the details";
    yield {
      type: "run.finished",
      runId,
      outcome: { type: "failed", code: known?.code ?? "internal", message, retryable: known?.retryable ?? false },
    };
  }
}

/** The models before it in the chain, each with what was wrong with it. */
function switches(passedOver: ChosenModel["passedOver"], to: ModelProfile): TaskEvent[] {
  return passedOver.map(({ model, reason }) => {
    const [provider = "", ...rest] = model.split("/");
    const from = rest.length === 0 ? { provider: "", name: provider } : { provider, name: rest.join("/") };
    return { type: "model.switched", step: 0, from, to, reason };
  });
}

/** HEAD as it is now, or a snapshot with the uncommitted files; a source without commits has only the latter. */
async function chooseBase(
  repository: Repository,
  base: "head" | "dirty",
  ports: { host: RepositoryHost; store: PerformPorts["store"]; nowMs: () => number; taskSignal: AbortSignal },
): Promise<GitObjectId> {
  const imported = await ports.host.import(repository, ports.taskSignal);
  const changed = imported.headCommit !== repository.headCommit || imported.headBranch !== repository.headBranch;
  // Read again: a person may have set its environment while the import was under way.
  if (changed) {
    const now = await ports.store.getRepository(repository.id);
    await ports.store.updateRepository({ ...now, ...imported, importedAtMs: ports.nowMs() });
  }
  if (imported.headCommit && base === "head") return imported.headCommit;
  return ports.host.snapshot(repository);
}

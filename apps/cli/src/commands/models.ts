// `outpost models`: what there is, one of them, getting one, testing one.
import { setTimeout as sleep } from "node:timers/promises";
import { type ModelJob, OutpostError, type StartModelJobRequest } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { describeProgress, renderModel, renderModels, renderTest } from "../render/models.ts";
import type { CommandContext } from "./context.ts";

const pollMs = 500;

export async function modelsCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const { items } = await client.call("listModels", { signal: context.signal });
  context.give(items, () => renderModels(items, context.paint));
}

export async function showModelCommand(context: CommandContext, name: string): Promise<void> {
  const { client } = await context.connect();
  const details = await client.call("showModel", { query: { name }, signal: context.signal });
  context.give(details, () => renderModel(details, context.paint));
}

export async function pullModelCommand(context: CommandContext, model: string): Promise<void> {
  const connection = await context.connect();
  const job = await follow(context, connection, { kind: "pull", model });
  context.give(job, () => `${model} is there`);
}

export async function testModelCommand(context: CommandContext, model: string): Promise<void> {
  const connection = await context.connect();
  const job = await follow(context, connection, { kind: "test", model });
  if (!job.report) throw new OutpostError("internal", "the test ended without a report");
  const { report } = job;
  context.give(report, () => renderTest(report, context.paint));
}

export async function installLlamaCommand(context: CommandContext): Promise<void> {
  const connection = await context.connect();
  const job = await follow(context, connection, { kind: "install-llama" });
  context.tell(
    job,
    () => "installed; put GGUF files into the data directory's models folder and use them as llama/FILE",
  );
}

/** Waits for the end, saying what is new. Interrupting ends the job. */
async function follow(context: CommandContext, { client }: Connection, body: StartModelJobRequest): Promise<ModelJob> {
  let job = await client.call("startModelJob", { body, signal: context.signal });
  let said = "";
  try {
    while (job.state === "running") {
      const line = describeProgress(job.progress);
      if (line !== said) context.note(context.notePaint("dim", line));
      said = line;
      await sleep(pollMs, undefined, { signal: context.signal });
      job = await client.call("getModelJob", { params: { jobId: job.id }, signal: context.signal });
    }
  } catch (error) {
    if (context.signal.aborted) await client.call("cancelModelJob", { params: { jobId: job.id } }).catch(() => {});
    throw error;
  }
  if (job.state === "done") return job;
  throw new OutpostError("unavailable", job.error ?? `the job was ${job.state}`);
}

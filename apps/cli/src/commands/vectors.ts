// `outpost index vectors`, `migrate` and `snapshot`: where the vectors of the index are, and moving them.
import { setTimeout as sleep } from "node:timers/promises";
import { OutpostError, type VectorStatus } from "@outpost/protocol";
import { count, fitLine } from "../render/layout.ts";
import { type Paint, printable } from "../render/paint.ts";
import { createProgressLine } from "../render/progress.ts";
import type { CommandContext } from "./context.ts";

const pollMs = 200;

export async function vectorsCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const status = await client.call("getVectors", { signal: context.signal });
  context.give(status, () => renderVectors(status, context.paint));
}

export async function migrateCommand(
  context: CommandContext,
  { to, remove = false }: { to: string; remove?: boolean },
): Promise<void> {
  if (to !== "qdrant" && to !== "embedded")
    throw new OutpostError("invalid_input", `--to "${to}" is no engine; there are qdrant and embedded`);
  const { client } = await context.connect("known");
  let status = await client.call("moveVectors", { body: { to, remove }, signal: context.signal });
  const progress = createProgressLine(process.stderr);
  try {
    while (status.move.state === "running") {
      const { chunksDone, chunksTotal } = status.move;
      if (!context.isJson) progress.show(`moving to ${to}: ${chunksDone} of ${count(chunksTotal, "chunk")}`);
      await sleep(pollMs, undefined, { signal: context.signal });
      status = await client.call("getVectors", { signal: context.signal });
    }
  } finally {
    progress.clear();
  }
  if (status.move.state === "failed")
    throw new OutpostError("unavailable", `${status.move.error ?? "it failed"}; the same command goes on from there`);
  context.give(status, () => renderMove(status, context.paint));
}

export async function snapshotCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const snapshot = await client.call("snapshotVectors", { signal: context.signal });
  const { name, collection, bytes } = snapshot;
  context.tell(snapshot, () => `snapshot ${name} of ${collection}, ${bytes} bytes, on the Qdrant server`);
}

export function renderVectors({ engine, qdrant, unsentChunks, move }: VectorStatus, paint: Paint): string {
  const lines = [
    `searches by meaning use ${paint("bold", engine === "qdrant" ? "qdrant" : "the server's own memory")}`,
  ];
  if (qdrant === null) lines.push(paint("dim", "  no qdrant server is named (qdrantUrl)"));
  else {
    const version = qdrant.version === null ? "" : `, version ${printable(qdrant.version)}`;
    lines.push(`  qdrant at ${printable(qdrant.address)}${version}`);
    if (qdrant.collection !== null)
      lines.push(
        `  ${printable(qdrant.name ?? "")} → ${printable(qdrant.collection)}: ${count(qdrant.chunks, "chunk")}`,
      );
    if (unsentChunks > 0) lines.push(paint("yellow", `  ${count(unsentChunks, "chunk")} not sent yet`));
    if (qdrant.problem !== null) lines.push(paint("red", `  ${printable(qdrant.problem)}`));
  }
  if (move.state === "running") lines.push(`  moving: ${move.chunksDone} of ${count(move.chunksTotal, "chunk")}`);
  if (move.state === "failed" && move.error)
    lines.push(paint("red", `  the last move failed: ${printable(move.error)}`));
  return lines.map((line) => fitLine(line, paint.columns)).join("\n");
}

export function renderMove(status: VectorStatus, paint: Paint): string {
  const { engine, move } = status;
  if (move.to === null || move.to === engine) return renderVectors(status, paint);
  const isThere =
    move.to === "qdrant" ? `qdrant holds ${count(move.chunksDone, "chunk")}` : "all vectors are in index.db";
  return `${isThere}; nothing was embedded again\nset vectors to "${move.to}" in the configuration and restart the server to use it`;
}

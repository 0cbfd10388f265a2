// Where the vectors are, and moving them. The indexer does the work, since it alone writes the catalog's list of what was sent; here is
// how it goes, and that what could not be sent is tried again.
import {
  isOutpostError,
  type MoveVectorsRequest,
  OutpostError,
  type VectorEngine,
  type VectorMove,
  type VectorSnapshot,
  type VectorStatus,
} from "@outpost/protocol";
import type { IndexerSupervisor } from "../indexing/indexer-supervisor.ts";
import type { VectorReport } from "../indexing/messages.ts";
import type { QdrantChoice } from "./qdrant-choice.ts";

export interface VectorService {
  status(): Promise<VectorStatus>;
  /** Begins a move, or joins the one under way. */
  move(request: MoveVectorsRequest): Promise<VectorStatus>;
  /** Sends what is missing; never rejects. */
  catchUp(): Promise<void>;
  snapshot(): Promise<VectorSnapshot>;
  /** What the indexer said after an index. */
  noteReport(report: VectorReport | null): void;
  noteProgress(progress: { sentChunks: number; unsentChunks: number }): void;
  /** What an answer of a search has to say about it; empty when all is there. */
  notes(): string[];
  close(): void;
}

export interface VectorServiceParts {
  engine: VectorEngine;
  qdrant: QdrantChoice | null;
  vectors: IndexerSupervisor["vectors"];
  onProblem(error: unknown): void;
  /** Before what could not be sent is tried again; it doubles from there, up to ten minutes. */
  firstDelayMs?: number;
}

const maxDelayMs = 600_000;
const noMove: VectorMove = { state: "none", to: null, chunksDone: 0, chunksTotal: 0, error: null };

export function createVectorService(parts: VectorServiceParts): VectorService {
  const { engine, qdrant, vectors, onProblem, firstDelayMs = 15_000 } = parts;
  let move = noMove;
  let report: VectorReport | null = null;
  let delayMs = firstDelayMs;
  /** Chunks that were there when the move under way began. */
  let doneBefore: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function send(): Promise<void> {
    if (move.state === "running") return;
    move = { ...noMove, state: "running", to: "qdrant" };
    doneBefore = null;
    try {
      report = await vectors.send();
      const { sentChunks } = report;
      move = { ...move, state: "done", chunksDone: sentChunks, chunksTotal: sentChunks };
      delayMs = firstDelayMs;
    } catch (error) {
      move = { ...move, state: "failed", error: isOutpostError(error) ? error.message : "internal error" };
      onProblem(error);
      // A server that takes some and then asks for a pause is not one that is away.
      if (doneBefore !== null && move.chunksDone > doneBefore) delayMs = firstDelayMs;
      later();
    }
  }

  function later(): void {
    clearTimeout(timer);
    if (isClosed || engine !== "qdrant") return;
    timer = setTimeout(() => void send(), delayMs);
    timer.unref();
    delayMs = Math.min(maxDelayMs, delayMs * 2);
  }

  async function status(): Promise<VectorStatus> {
    if (qdrant === null) return { engine, qdrant: null, sentChunks: 0, unsentChunks: 0, move };
    const { report: now, state } = await vectors.describe();
    report = now;
    const { sentChunks, unsentChunks, problem } = now;
    return {
      engine,
      qdrant: {
        ...{ address: qdrant.url, version: state?.version ?? null, name: state?.name ?? null, problem },
        ...{ collection: state?.shown?.collection ?? null, chunks: state?.shown?.chunks ?? 0 },
      },
      ...{ sentChunks, unsentChunks, move },
    };
  }

  return {
    status,
    async move({ to, remove }) {
      if (qdrant === null)
        throw new OutpostError("invalid_input", "the configuration names no qdrant server; set qdrantUrl");
      if (to === "qdrant") void send();
      else await moveBack(remove);
      return status();
    },
    catchUp: () => send(),
    snapshot: () => vectors.snapshot(),
    noteReport(given) {
      if (given === null) return;
      report = given;
      if (given.unsentChunks > 0) later();
    },
    noteProgress({ sentChunks, unsentChunks }) {
      if (move.state !== "running") return;
      move = { ...move, chunksDone: sentChunks, chunksTotal: sentChunks + unsentChunks };
      doneBefore ??= sentChunks;
    },
    notes() {
      if (engine !== "qdrant" || report === null || report.unsentChunks === 0) return [];
      const why = report.problem === null ? "" : `: ${report.problem}`;
      return [`${report.unsentChunks} chunks are not in qdrant yet and are found by words only${why}`];
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };

  /** The catalog has all vectors, so that there is nothing to move. */
  async function moveBack(remove: boolean): Promise<void> {
    if (move.state === "running") throw new OutpostError("conflict", "a move is under way; wait until it is done");
    if (remove && engine === "qdrant")
      throw new OutpostError("conflict", 'searches use qdrant; set vectors to "embedded" and restart before removing');
    if (remove) report = await vectors.drop();
    move = { ...noMove, state: "done", to: "embedded" };
  }
}

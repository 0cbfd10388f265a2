// What the server says of itself: status for a glance, doctor for what is wrong and how to mend it.
import { access, constants, statfs } from "node:fs/promises";
import type { ModelDirectory, TaskStore } from "@outpost/core";
import type { Check, DoctorReport, ModelProfile, SandboxStatus, ServerStatus } from "@outpost/protocol";

export interface StatusPorts {
  store: TaskStore;
  models: ModelDirectory;
  /** The self-test's result, made once. */
  sandbox(): Promise<SandboxStatus>;
  workers(): ServerStatus["workers"];
  indexer(): ServerStatus["indexer"];
  /** The model that a task without one would get. */
  defaultModel: string | undefined;
  ollamaUrl: string;
  /** Null where no Qdrant server is named. Never rejects. */
  vectors(): Promise<Check | null>;
  dataDirectory: string;
  version: string;
  startedAtMs: number;
}

/** What a task that names no model gets now. */
type DefaultModel = { profile: ModelProfile } | { profile: null; problem: string };

export type StatusService = ReturnType<typeof createStatusService>;

const modelTimeoutMs = 2000;
const lowDiskBytes = 1_000_000_000;

export function createStatusService(ports: StatusPorts) {
  async function defaultModel(): Promise<DefaultModel> {
    const signal = AbortSignal.timeout(modelTimeoutMs);
    try {
      return { profile: await (await ports.models.open(ports.defaultModel, signal)).describe(signal) };
    } catch (error) {
      const problem = signal.aborted ? `no answer within ${modelTimeoutMs / 1000} s` : (error as Error).message;
      return { profile: null, problem };
    }
  }

  return {
    async describe(): Promise<ServerStatus> {
      const [repositories, tasksByState, model, sandbox, busyWorkers] = await Promise.all([
        ports.store.listRepositories(),
        ports.store.countTasksByState(),
        defaultModel(),
        ports.sandbox(),
        ports.store.listWorkers(Date.now()),
      ]);
      return {
        version: ports.version,
        startedAtMs: ports.startedAtMs,
        dataDirectory: ports.dataDirectory,
        repositories: repositories.length,
        tasksByState,
        workers: ports.workers(),
        busyWorkers,
        indexer: ports.indexer(),
        model: model.profile,
        sandbox,
        memoryBytes: process.memoryUsage().rss,
      };
    },
    async examine(): Promise<DoctorReport> {
      const sandbox = await ports.sandbox();
      const vectors = await ports.vectors();
      const checks: Check[] = [
        await checkDataDirectory(ports.dataDirectory),
        await checkDisk(ports.dataDirectory),
        await checkTasks(ports.store),
        ...sandbox.checks,
        checkUser(),
        checkModel(await defaultModel(), ports),
        ...(vectors === null ? [] : [vectors]),
      ];
      return { ok: checks.every((check) => check.ok), checks };
    },
  };
}

async function checkDataDirectory(path: string): Promise<Check> {
  const ok = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  return { name: "data directory", ok, detail: path, fix: ok ? null : `make "${path}" writable for the server's user` };
}

async function checkDisk(path: string): Promise<Check> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  const ok = free > lowDiskBytes;
  return {
    name: "disk",
    ok,
    detail: `${(free / 1e9).toFixed(1)} GB free`,
    fix: ok ? null : "free some space, or move the data directory",
  };
}

/** Of a database that cannot be read it says how, instead of failing with it. */
async function checkTasks(store: Pick<TaskStore, "describeKept">): Promise<Check> {
  const name = "tasks.db";
  try {
    const { bytes, tasks, oldestEvent } = await store.describeKept();
    const since = oldestEvent ? `, the oldest event of ${new Date(oldestEvent.atMs).toISOString().slice(0, 10)}` : "";
    return { name, ok: true, detail: `${(bytes / 1e6).toFixed(1)} MB, ${tasks} tasks${since}`, fix: null };
  } catch (error) {
    const fix = "look at the disk and its space; outpost verify says what is damaged";
    return { name, ok: false, detail: (error as Error).message, fix };
  }
}

function checkUser(): Check {
  const isRoot = process.getuid?.() === 0;
  const detail = isRoot
    ? "the server runs as root; commands run under an unprivileged user of their own"
    : "the server runs as an ordinary user";
  return { name: "user", ok: true, detail, fix: null };
}

function checkModel(found: DefaultModel, ports: StatusPorts): Check {
  if (found.profile === null) {
    return {
      name: "model",
      ok: false,
      detail: `tasks wait for ${ports.defaultModel ?? "a language model"}: ${found.problem}`,
      fix: "start it, or choose another; --model rules (OUTPOST_MODEL=rules) does without a language model",
    };
  }
  const model = found.profile;
  if (model.provider === "rules") {
    const fix = `start Ollama at ${ports.ollamaUrl} with a model that can call tools (ollama pull qwen2.5-coder:7b), or set ollamaUrl`;
    return {
      name: "model",
      ok: true,
      detail: `no language model answers at ${ports.ollamaUrl}; the built-in rules model is used. To have one: ${fix}`,
      fix: null,
    };
  }
  return {
    name: "model",
    ok: true,
    detail: `${model.provider}/${model.name}, window ${model.windowTokens} tokens`,
    fix: null,
  };
}

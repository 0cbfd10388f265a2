// The child of one GGUF file, as the server sees it: started when it is asked something, ended when idle, started again when it died.
import { type ChildProcess, fork } from "node:child_process";
import { OutpostError } from "@outpost/protocol";
import type { FromLlama, LlamaChatOrder, LlamaResult, LlamaSettings, ToLlama } from "./messages.ts";

export interface LlamaProcess {
  /**
   * Rejects with `unavailable` (retryable when the process died), `invalid_input` with reason "window", and the signal's reason.
   * `onPiece` is called with an empty text once the process works on it.
   */
  ask(
    order: Omit<LlamaChatOrder, "id">,
    options: { signal: AbortSignal; onPiece(kind: "content" | "thinking", text: string): void },
  ): Promise<LlamaResult>;
  readonly isRunning: boolean;
  close(): Promise<void>;
}

interface Waiting {
  onPiece(kind: "content" | "thinking", text: string): void;
  resolve(result: LlamaResult): void;
  reject(error: unknown): void;
}

interface Running {
  child: ChildProcess;
  waiting: Map<number, Waiting>;
  exited: Promise<void>;
}

const maxErrorCharacters = 300;
const graceMs = 2000;

export function createLlamaProcess(options: {
  entry: { modulePath: string; execArgv: string[] };
  settings: LlamaSettings;
  idleMs: number;
}): LlamaProcess {
  const { entry, settings, idleMs } = options;
  let running: Running | undefined;
  let nextId = 1;
  let idleTimer: NodeJS.Timeout | undefined;

  function start(): Running {
    const child = fork(entry.modulePath, [JSON.stringify(settings)], {
      execArgv: entry.execArgv,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const waiting: Running["waiting"] = new Map();
    let said = "";
    child.stderr?.on("data", (data) => {
      said = (said + String(data)).slice(-maxErrorCharacters);
    });
    const exited = new Promise<void>((resolve) => {
      const ended = (how: string) => {
        if (running?.child === child) running = undefined;
        const detail = said.trim() === "" ? "" : `: ${said.trim()}`;
        for (const { reject } of waiting.values())
          reject(unavailable(`the process of ${settings.modelPath} ended (${how})${detail}`, true));
        waiting.clear();
        resolve();
      };
      child.once("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
      child.once("error", (error) => child.pid === undefined && ended(error.message));
    });
    child.on("message", (message: FromLlama) => receive(message, waiting, child));
    return { child, waiting, exited };
  }

  function receive(message: FromLlama, waiting: Running["waiting"], child: ChildProcess): void {
    if (message.type === "opened") return;
    if (message.type === "failed") {
      for (const { reject } of waiting.values())
        reject(unavailable(`the model file ${settings.modelPath} cannot be used: ${message.message}`, false));
      waiting.clear();
      child.kill();
      return;
    }
    const call = waiting.get(message.id);
    if (!call) return;
    if (message.type !== "piece") waiting.delete(message.id);
    if (message.type === "piece") call.onPiece(message.kind, message.text);
    else if (message.type === "done") call.resolve(message);
    else if (message.type === "too_long") call.reject(tooLong(message.promptTokens, settings.windowTokens));
    else call.reject(unavailable(`llama.cpp says: ${message.message}`, false));
  }

  function restIfIdle(): void {
    clearTimeout(idleTimer);
    if (running === undefined || running.waiting.size > 0) return;
    idleTimer = setTimeout(() => void stop(), idleMs);
    idleTimer.unref();
  }

  async function stop(): Promise<void> {
    clearTimeout(idleTimer);
    if (!running) return;
    const { child, exited } = running;
    child.kill();
    const force = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exited;
    clearTimeout(force);
  }

  return {
    get isRunning() {
      return running !== undefined;
    },
    close: stop,
    async ask(order, { signal, onPiece }) {
      signal.throwIfAborted();
      clearTimeout(idleTimer);
      running ??= start();
      const { child, waiting } = running;
      const id = nextId++;
      const send = (message: ToLlama) => child.connected && child.send(message);
      try {
        return await new Promise<LlamaResult>((resolve, reject) => {
          waiting.set(id, { onPiece, resolve, reject });
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          send({ type: "chat", id, ...order });
        });
      } finally {
        if (signal.aborted) send({ type: "abort", id });
        waiting.delete(id);
        restIfIdle();
      }
    },
  };
}

function unavailable(message: string, retryable: boolean): OutpostError {
  return new OutpostError("unavailable", message, { retryable });
}

function tooLong(promptTokens: number, windowTokens: number): OutpostError {
  return new OutpostError(
    "invalid_input",
    `the prompt has ${promptTokens} tokens, over the model's window of ${windowTokens}; shorten it, or raise windowTokens`,
    { details: { reason: "window" } },
  );
}

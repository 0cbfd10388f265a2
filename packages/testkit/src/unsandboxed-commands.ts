// Runs commands for tests of tools, as plain processes in a folder. NOT a sandbox: for programs that the test itself wrote.
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { CommandRunner, ProcessOutput, ProcessResult } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";

export interface UnsandboxedOptions {
  env?: Record<string, string>;
  /** When the command gives none. Default 60 s. */
  timeoutMs?: number;
}

/** Output is kept whole. Rejects with `not_found` for a program that is not there. */
export function createUnsandboxedCommandRunner(root: string, options: UnsandboxedOptions = {}): CommandRunner {
  return {
    async run({ argv, cwd, timeoutMs, onOutput }, signal) {
      signal.throwIfAborted();
      const [program = "", ...args] = argv;
      const startedAt = performance.now();
      const child = spawn(program, args, {
        cwd: join(root, cwd ?? "."),
        env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", LANG: "C.UTF-8", ...options.env },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      let ended: ProcessResult["ended"] | null = null;
      const end = (why: ProcessResult["ended"]) => {
        ended ??= why;
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      };
      const onAbort = () => end("aborted");
      const timer = setTimeout(() => end("wall_clock"), timeoutMs ?? options.timeoutMs ?? 60_000);
      signal.addEventListener("abort", onAbort, { once: true });
      const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      for (const name of ["stdout", "stderr"] as const) {
        child[name].on("data", (chunk: Buffer) => {
          output[name].push(chunk);
          onOutput?.(name, chunk);
        });
      }
      try {
        const { exitCode, endSignal } = await new Promise<{ exitCode: number | null; endSignal: string | null }>(
          (resolve, reject) => {
            child.once("error", (error) =>
              reject(new OutpostError("not_found", `no program "${program}": ${error.message}`)),
            );
            child.once("close", (code, name) => resolve({ exitCode: code, endSignal: name }));
          },
        );
        return {
          exitCode,
          signal: endSignal,
          ended: ended ?? (endSignal === null ? "exit" : "signal"),
          stdout: toOutput(output.stdout),
          stderr: toOutput(output.stderr),
          durationMs: performance.now() - startedAt,
        };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      }
    },
  };
}

function toOutput(chunks: readonly Buffer[]): ProcessOutput {
  const bytes = Buffer.concat(chunks);
  return { text: bytes.toString(), bytes: new Uint8Array(bytes), droppedBytes: 0 };
}

// Every command of a task in the audit log: that it starts, before it does, and how it ended. A command whose start cannot be written is not run.
import type { CommandRunner, ProcessResult, TaskStore } from "@outpost/core";
import { isOutpostError, type TaskId } from "@outpost/protocol";

interface AuditPorts {
  store: Pick<TaskStore, "appendAudit">;
  taskId: TaskId;
  /** What commands run in. */
  sandbox: string;
  nowMs: () => number;
}

export function auditedCommands(commands: CommandRunner, ports: AuditPorts): CommandRunner {
  const { store, taskId, sandbox, nowMs } = ports;
  return {
    ...commands,
    async run(command, signal) {
      const about = { taskId, argv: [...command.argv], cwd: command.cwd ?? ".", sandbox };
      const startedAtMs = nowMs();
      await store.appendAudit([{ type: "command.started", ...about }], startedAtMs);
      const noteEnd = (ended: string, exitCode: number | null): Promise<void> => {
        const durationMs = Math.max(0, nowMs() - startedAtMs);
        return store.appendAudit([{ type: "command.ended", ...about, exitCode, ended, durationMs }], nowMs());
      };
      let result: ProcessResult;
      try {
        result = await commands.run(command, signal);
      } catch (error) {
        await noteEnd(signal.aborted ? "aborted" : isOutpostError(error) ? error.code : "internal", null);
        throw error;
      }
      await noteEnd(result.ended, result.exitCode);
      return result;
    },
  };
}

// Which task a command means: an id, or "last", the newest of the repository we stand in (of all, when we stand in none).
import { isOutpostError, OutpostError, TaskId } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { findRepository } from "../connection/repository.ts";

/** Throws `not_found` for what cannot be an id, and for "last" when there are no tasks. */
export async function findTaskId(connection: Connection, wanted: string): Promise<TaskId> {
  if (wanted !== "last") {
    const parsed = TaskId.safeParse(wanted);
    if (parsed.success) return parsed.data;
    throw new OutpostError(
      "not_found",
      `there is no task "${wanted}"; ids look like tsk_ and 22 characters (see: outpost tasks), "last" is the newest`,
    );
  }
  const repository = await findRepository(connection, undefined).catch((error) => {
    if (isOutpostError(error) && error.code === "not_found") return null;
    throw error;
  });
  const query = { limit: 1, ...(repository ? { repositoryId: repository.id } : {}) };
  const [newest] = (await connection.client.call("listTasks", { query })).items;
  if (newest) return newest.id;
  throw new OutpostError(
    "not_found",
    `there are no tasks yet${repository ? ` in ${repository.name}` : ""}; begin one with: outpost run "…"`,
  );
}

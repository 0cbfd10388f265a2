// What people say to a task. A message that comes while calls are under way waits for the last of them.
import type { TaskEventOf } from "@outpost/protocol";
import { noteProgress } from "./guards.ts";
import type { Fold } from "./state.ts";

export function addMessage(next: Fold, event: TaskEventOf<"message.added">, seq: number): void {
  const item = { kind: "person" as const, seq, text: event.text };
  if (next.run?.phase.type === "calls") next.waitingMessages = [...next.waitingMessages, item];
  else next.history = [...next.history, item];
  if (next.run) noteProgress(next.run);
}

// When the next blow falls: after so much progress that the kills that are left are spread over the work that is left. By time alone, kills
// outrun the work on a busy machine (a new worker costs more than the time between two kills), and nothing is ever drained.
import { setTimeout as sleep } from "node:timers/promises";
import type { TaskStore } from "@outpost/core";
import type { TaskEventType } from "@outpost/protocol";
import { chaos } from "./settings.ts";

/** What happens only once in the course of a task, if nothing is done twice: three answers, three calls, a change, its commit. */
const marks = new Set<TaskEventType>(["model.replied", "tool.returned", "change.proposed", "change.applied"]);
const marksPerTask = 8;
/** Of the work that is left; in the rest of it the last kills find something to kill. */
const shareForKills = 0.5;
const pageSize = 200;
const lookMs = 50;

export interface Pace {
  /** Resolves at a random moment of the work, the sooner the more kills are left; at once when `isStopped`. */
  wait(killsLeft: number, isStopped: () => boolean): Promise<void>;
}

export function createPace(store: () => TaskStore, random: () => number): Pace {
  const startedMs = Date.now();
  let position = 0;
  let made = 0;

  async function look(): Promise<number> {
    for (;;) {
      const page = await store().readAllEvents(position, pageSize);
      made += page.filter(({ event }) => marks.has(event.type)).length;
      position = page.at(-1)?.position ?? position;
      if (page.length < pageSize) return made;
    }
  }

  return {
    async wait(killsLeft, isStopped) {
      const left = Math.max(0, chaos.tasks * marksPerTask - (await look()));
      const due = made + (2 * random() * shareForKills * left) / Math.max(1, killsLeft);
      while (!isStopped() && (await look()) < due) await sleep(lookMs);
      // Not always right behind an event: somewhere before the next one.
      const betweenMs = (Date.now() - startedMs) / Math.max(1, made);
      if (!isStopped()) await sleep(Math.min(2000, 2 * random() * betweenMs));
    },
  };
}

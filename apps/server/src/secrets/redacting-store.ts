// The task store with known secrets taken out of whatever is written: the last gate before the database. What a worker folds has passed the
// same redactor before (worker/log.ts), so nothing changes here and state and store stay the same.
import type { TaskStore } from "@outpost/core";
import type { Redactor } from "./redactor.ts";

export function redactingStore(store: TaskStore, redactor: Redactor): TaskStore {
  return {
    ...store,
    createTask: (command) => {
      const { spec, proposal } = command;
      const told = proposal ? { proposal: redactor.redactValue(proposal) } : {};
      return store.createTask({ ...command, spec: redactor.redactValue(spec), ...told });
    },
    createSchedule: (schedule) => store.createSchedule(redactor.redactValue(schedule)),
    pauseQueue: (pause) => store.pauseQueue(redactor.redactValue(pause)),
    appendAudit: (records, nowMs) => store.appendAudit(redactor.redactValue(records), nowMs),
    notePolicyFiles: (files, nowMs) => store.notePolicyFiles(redactor.redactValue(files), nowMs),
    addFact: (fact, by) => store.addFact(redactor.redactValue(fact), by),
    changeFact: (repositoryId, factId, change) => store.changeFact(repositoryId, factId, redactor.redactValue(change)),
    append: (command) => store.append({ ...command, events: redactor.redactValue(command.events) }),
  };
}

// The journal of an apply or revert under way: what it does, how far it is, and the temporary names it uses. One per checkout, and so
// also the lock that keeps two of them apart. Does not know how to go on: that is recovery.
// Invariant: it is durable before the first effect on the checkout, and removed after the last.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import { type BeforeEffect, listOwnDirectory, openOwnDirectory, removeDurably, saveDurably } from "./durable-file.ts";
import type { FileStep, Transition } from "./transition.ts";

export interface JournaledFile extends FileStep {
  temporaryName: string;
  /** The directory that holds the staged entry; "" for the root. The target's own, unless that is yet to be made. */
  stagedIn: string;
}

export interface Journal {
  version: 1;
  operation: "apply" | "revert";
  /** `staging`: no path is touched. `staged`: all after-versions are durable beside their targets. `rolling_back`: going to before. */
  state: "staging" | "staged" | "rolling_back";
  root: string;
  undo: string;
  startedAtMs: number;
  transition: Transition<JournaledFile>;
}

export interface JournalPlace {
  journalDirectory: string;
  beforeEffect: BeforeEffect;
}

function nameFor(root: string): string {
  return `${createHash("sha256").update(root).digest("hex").slice(0, 32)}.json`;
}

function busyError(root: string): OutpostError {
  const text = `an apply or revert in "${root}" is under way, or was interrupted; try again when it has ended, or restart the server, which finishes it`;
  return new OutpostError("conflict", text, { retryable: true, details: { conflicts: [] } });
}

/** Rejects with `conflict` while a journal for the checkout is there. */
export async function requireNoJournal(journalDirectory: string, root: string): Promise<void> {
  if ((await listOwnDirectory(journalDirectory)).includes(nameFor(root))) throw busyError(root);
}

/** Rejects with `conflict` when there is one for the checkout already. */
export async function openJournal(place: JournalPlace, journal: Journal): Promise<void> {
  await openOwnDirectory(place.journalDirectory);
  const options = { create: true, beforeEffect: place.beforeEffect };
  const name = nameFor(journal.root);
  if (!(await saveDurably(place.journalDirectory, name, JSON.stringify(journal), options)))
    throw busyError(journal.root);
}

export async function updateJournal(place: JournalPlace, journal: Journal, state: Journal["state"]): Promise<Journal> {
  const updated = { ...journal, state };
  await saveDurably(place.journalDirectory, nameFor(journal.root), JSON.stringify(updated), {
    beforeEffect: place.beforeEffect,
  });
  return updated;
}

export async function closeJournal(place: JournalPlace, journal: Journal): Promise<void> {
  await removeDurably(place.journalDirectory, nameFor(journal.root), place.beforeEffect);
}

/** All journals; null for one that cannot be read, with its path. */
export async function listJournals(journalDirectory: string): Promise<{ path: string; journal: Journal | null }[]> {
  const names = (await listOwnDirectory(journalDirectory)).filter((name) => name.endsWith(".json"));
  return Promise.all(
    names.map(async (name) => {
      const path = join(journalDirectory, name);
      const text = await readFile(path, "utf8");
      try {
        const journal = JSON.parse(text) as Journal;
        return { path, journal: journal.version === 1 && nameFor(journal.root) === name ? journal : null };
      } catch {
        return { path, journal: null };
      }
    }),
  );
}

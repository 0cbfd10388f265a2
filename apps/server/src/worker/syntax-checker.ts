// The syntax check behind each edit, by the indexer's parser in a bounded process of this worker's own. It is started while a model answers,
// when nobody waits for it, and stays for the tasks after it until it was idle for a while. Without `prepare`, the first check starts it.
import type { SyntaxChecker } from "@outpost/core";
import { createParser, detectLanguage, type ParserOptions, type ParserStats } from "@outpost/indexer";
import { entryPoint } from "../process/entry-points.ts";

/** What is longer is not worth the wait. */
const maxCharacters = 1_000_000;
/** More are loaded by the edit that needs them. */
const maxExpected = 2;

export interface WorkerSyntaxChecker extends SyntaxChecker {
  /** Files like these, the likeliest first, are what will be edited. Only remembered, for `prepare`. */
  expect(paths: readonly string[]): void;
  /** Starts the process where it does not run, and loads the languages of what is expected. Returns at once and never fails. */
  prepare(): void;
  /** The task is over: nothing is awaited any more. */
  rest(): Promise<void>;
  close(): Promise<void>;
  stats(): ParserStats;
}

/** `options`: only tests give any. */
export function createSyntaxChecker(options: Partial<ParserOptions> = {}): WorkerSyntaxChecker {
  const parser = createParser({
    entry: entryPoint("parser"),
    timeoutMs: 2_000,
    maxInFlight: 1,
    findErrors: true,
    maxRssBytes: 300_000_000,
    idleMs: 60_000,
    ...options,
  });
  let expected: { path: string; language: string }[] = [];
  let preparing = new AbortController();
  return {
    async check(path, text, signal) {
      if (text.length > maxCharacters) return [];
      const { errors } = await parser.parse({ path, language: detectLanguage(path, text).name, text }, signal);
      return errors;
    },
    expect(paths) {
      const byLanguage = new Map<string, { path: string; language: string }>();
      for (const path of paths) {
        const language = detectLanguage(path, "");
        if (language.grammar && byLanguage.size < maxExpected && !byLanguage.has(language.name))
          byLanguage.set(language.name, { path, language: language.name });
      }
      expected = [...byLanguage.values()];
    },
    prepare() {
      // To parse nothing in a language loads it.
      for (const file of expected.splice(0)) parser.parse({ ...file, text: "" }, preparing.signal).catch(() => {});
    },
    async rest() {
      preparing.abort();
      preparing = new AbortController();
      expected = [];
      await parser.settle();
    },
    close: () => parser.close(),
    stats: () => parser.stats(),
  };
}

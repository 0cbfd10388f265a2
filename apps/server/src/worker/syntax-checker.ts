// The syntax check behind each edit, by the indexer's parser in a bounded process of this worker's own: started by the first edit, ended
// with the task.
import type { SyntaxChecker } from "@outpost/core";
import { createParser, detectLanguage } from "@outpost/indexer";
import { entryPoint } from "../process/entry-points.ts";

/** What is longer is not worth the wait. */
const maxCharacters = 1_000_000;

export interface WorkerSyntaxChecker extends SyntaxChecker {
  rest(): Promise<void>;
}

export function createSyntaxChecker(): WorkerSyntaxChecker {
  const parser = createParser({ entry: entryPoint("parser"), timeoutMs: 2_000, maxInFlight: 1, findErrors: true });
  return {
    async check(path, text, signal) {
      if (text.length > maxCharacters) return [];
      const { errors } = await parser.parse({ path, language: detectLanguage(path, text).name, text }, signal);
      return errors;
    },
    rest: () => parser.rest(),
  };
}
